import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClock } from '@nestwatch/testkit/clock';
import { describe, expect, test } from 'vitest';
import { createGuestFinder } from '../../src/guests/guest-finder.ts';
import { hostOf } from '../support/file-tree.ts';

interface Case {
  readonly row: number;
  readonly title: string;
  readonly cmd: string;
  readonly holds?: readonly string[];
  readonly threads?: readonly string[];
  readonly expected: Readonly<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, '../fixtures/real-world');
const cases = JSON.parse(readFileSync(join(folder, 'command-lines.json'), 'utf8')) as Case[];

describe.each(cases)('row $row: $title', (given) => {
  test('is read right', async () => {
    const guest = await read(given);
    const found: Record<string, unknown> = {
      name: guest?.guest,
      vmm: guest?.vmm,
      uuid: guest?.uuid,
      vcpus: guest?.vcpus ?? null,
      memory: guest?.memoryBytes ?? null,
      accel: guest?.accelerator || 'open',
      nics: guest?.nics?.length,
      disks: guest?.disks?.map((disk) => disk.bus).sort(),
      caches: guest?.disks?.map((disk) => disk.cache).sort(),
    };
    for (const [name, value] of Object.entries(given.expected)) {
      const right = Array.isArray(value) ? [...value].sort() : value;
      // A guest without a name of its own is told by a name of ours.
      expect(found[name], name).toEqual(name === 'name' && right === '' ? 'unnamed' : right);
    }
  });
});

/** The one guest of a machine with this one process. */
async function read({ cmd, holds, threads }: Case) {
  const host = hostOf({
    'proc/uptime': '1000.00 1.00\n',
    'proc/500/cmdline': words(cmd)
      .map((word) => `${word}\0`)
      .join(''),
    'proc/500/stat': `500 (vmm) S 1 500 500 0 -1 4194624 ${'0 '.repeat(12)}100 0 0\n`,
    ...Object.fromEntries((holds ?? []).map((link, at) => [`proc/500/fd/${at}`, { link }])),
    ...Object.fromEntries((threads ?? []).map((name, at) => [`proc/500/task/${at}/comm`, `${name}\n`])),
  });
  const found = await createGuestFinder(host, testClock({ wallUs: 0 })).find();
  return found.state === 'known' ? found.value[0] : undefined;
}

/** Words as a shell takes them, with quotes of both kinds. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single: string, double: string) => single ?? double),
  );
}
