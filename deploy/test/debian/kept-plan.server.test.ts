import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { aloneWith, keptPlan } from '../../debian/kept-plan.ts';
import { unpackedPackages } from '../../debian/unpacked-packages.ts';
import { createChooser } from '../../lab/versions/choose.ts';

/** Nothing is there, so whoever asks the mirror fails. */
const env = { ...process.env, NESTWATCH_DEBIAN_MIRROR: 'file:///nonexistent/debian' };
const QEMU = 'qemu-system-x86_1%3a10.0.2+ds-2_amd64.deb';
const DAY_MS = 24 * 3_600_000;

function request(cache: string, notes: string[] = []) {
  return {
    purpose: 'a test',
    without: 'it fails',
    suite: 'trixie' as const,
    packages: ['qemu-system-x86'],
    cache,
    env,
    note: (text: string) => void notes.push(text),
  };
}

/** A cache that knows what trixie has, since this many days. */
async function cacheOf(days: number, folder?: string): Promise<string> {
  const cache = temporaryFolder('plans');
  const files = [{ name: QEMU, bytes: 1, checksum: '' }];
  const kept = keptPlan(request(cache));
  await kept.keep({ files, atMs: Date.now() - days * DAY_MS, ...(folder === undefined ? {} : { folder }) });
  if (folder !== undefined) mkdirSync(join(cache, folder));
  return cache;
}

test('what a suite has is asked once a week, whoever wants to know', async () => {
  const cache = await cacheOf(6);
  const notes: string[] = [];
  const { packages: _, suite: __, ...options } = request(cache, notes);
  const chooser = createChooser(cache, { ...options, signal: new AbortController().signal });
  const usual = { suite: 'bookworm' as const, package: 'qemu-system-x86' };
  // The mirror cannot be reached, so this is what the cache has.
  expect(await chooser.choose({ suite: 'trixie' }, usual)).toEqual({
    suite: 'trixie',
    package: 'qemu-system-x86',
    files: [QEMU],
  });
  expect(notes).toEqual([]);
  await expect(chooser.choose({ suite: 'forky' }, usual)).rejects.toThrow(
    'qemu-system-x86 from forky at file:///nonexistent/debian: ',
  );
  expect(existsSync(join(cache, 'downloading.lock'))).toBe(false);
});

test('what is older goes on to be used when the mirror cannot be reached, and that is said', async () => {
  const notes: string[] = [];
  const cache = await cacheOf(8, 'trixie-qemu-earlier');
  const { packages: _, suite: __, ...options } = request(cache, notes);
  const chooser = createChooser(cache, options);
  expect(
    await chooser.choose({ version: '10.0' }, { suite: 'bookworm', package: 'qemu-system-x86' }),
  ).toEqual(expect.objectContaining({ suite: 'trixie', files: [QEMU] }));
  expect(await unpackedPackages(request(cache, notes))).toBe(join(cache, 'trixie-qemu-earlier'));
  expect(notes).toEqual([
    expect.stringMatching(/^qemu-system-x86 as it was before, because .*trixie at file:\/\/\/nonexistent/),
    expect.stringMatching(/^using packages that were unpacked earlier: .*trixie at file:\/\/\/nonexistent/),
  ]);
});

test('what was planned and is not unpacked yet is tried again, not taken for what was unpacked earlier', async () => {
  const notes: string[] = [];
  const cache = await cacheOf(1, 'trixie-qemu-earlier');
  expect(await unpackedPackages(request(cache, notes))).toBe(join(cache, 'trixie-qemu-earlier'));
  expect(notes.at(-1)).toMatch(/^using packages that were unpacked earlier: /);
});

test('a file that is torn or of another shape is nothing that is kept', async () => {
  const cache = await cacheOf(1);
  const [file = ''] = readdirSync(cache);
  expect(JSON.parse(readFileSync(join(cache, file), 'utf8'))).toMatchObject({ files: [{ name: QEMU }] });
  for (const text of ['{', 'null', '[]', '{"folder":"x","atMs":1}', '{"files":[]}']) {
    writeFileSync(join(cache, file), text);
    expect(keptPlan(request(cache)).read()).toBeUndefined();
  }
});

test('one at a time asks', async () => {
  const cache = join(temporaryFolder('plans'), 'new');
  const order: string[] = [];
  await Promise.all(
    ['a', 'b'].map((name) =>
      aloneWith(request(cache), async () => {
        order.push(name);
        await new Promise((done) => setImmediate(done));
        order.push(name);
      }),
    ),
  );
  expect(order).toHaveLength(4);
  expect(order[0]).toBe(order[1]);
});
