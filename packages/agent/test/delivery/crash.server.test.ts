import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { rolldown } from 'rolldown';
import { beforeAll, expect, test } from 'vitest';
import { open } from './support.ts';

let program = '';

beforeAll(async () => {
  const bundle = await rolldown({ input: join(import.meta.dirname, 'crash-writer.ts'), platform: 'node' });
  program = join(import.meta.dirname, '../../../../node_modules/.cache/nestwatch/crash-writer.mjs');
  await bundle.write({ file: program, format: 'esm' });
  await bundle.close();
});

test('kill -9 at any moment loses nothing that append() had promised', async () => {
  const dir = temporaryFolder('outbox');
  const promised = new Map<string, number>();
  for (let run = 1; run <= 6; run++) {
    const boot = `boot-${run}`;
    const child = spawn(process.execPath, [program, dir, boot], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const killAt = 150 + run * 137;
    for await (const line of lines) {
      promised.set(boot, Number(line));
      if (Number(line) === killAt) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }

  const outbox = await open(dir, { runId: 'after' });
  const held = new Map<string, string>();
  for (const entry of outbox.pending())
    held.set(`${entry.runId}:${entry.seq}`, `${await outbox.read(entry)}`);
  for (const [boot, highest] of promised) {
    const unconfirmed = numbersTo(highest).filter((seq) => !isConfirmed(seq, highest));
    for (const seq of unconfirmed) expect(held.get(`${boot}:${seq}`)).toBe(`${boot}:${seq}`);
  }
  await outbox.close();
});

/** The writer confirms the first fifty of each hundred once the hundred is whole. */
function isConfirmed(seq: number, highest: number): boolean {
  return (seq - 1) % 100 < 50 && seq <= Math.floor(highest / 100) * 100;
}

function numbersTo(highest: number): number[] {
  return Array.from({ length: highest }, (_, index) => index + 1);
}
