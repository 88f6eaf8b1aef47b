import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, type TestContext, test } from 'vitest';
import { createApt } from '../../debian/apt.ts';
import { MissingPackages } from '../../debian/missing.ts';
import { unpackedPackages } from '../../debian/unpacked-packages.ts';

const WANTED = { purpose: 'a test', without: 'it is skipped' };

/** What an act gives; where no mirror has the packages, the test is skipped with the reason. */
async function unlessMissing<T>({ skip }: TestContext, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof MissingPackages) skip(error.message);
    throw error;
  }
}

test('a package of another suite is downloaded and unpacked once, also for two at once', async (context) => {
  const notes: string[] = [];
  const cache = temporaryFolder('debian');
  const wanted = {
    ...WANTED,
    suite: 'trixie' as const,
    packages: ['base-files'],
    alone: true,
    cache,
    note: (text: string) => notes.push(text),
  };
  const [first, second] = await unlessMissing(context, () =>
    Promise.all([unpackedPackages(wanted), unpackedPackages(wanted)]),
  );
  expect(readFileSync(join(first ?? '', 'etc/debian_version'), 'utf8')).toMatch(/^13\./);
  expect(second).toBe(first);
  expect(notes.filter((each) => each.startsWith('downloading base-files of trixie'))).toHaveLength(1);

  const offline = { ...process.env, NESTWATCH_DEBIAN_MIRROR: 'http://mirror.invalid/debian' };
  expect(await unpackedPackages({ ...wanted, env: offline })).toBe(first);
  expect(existsSync(join(cache, 'unpacking'))).toBe(false);
  expect(existsSync(join(cache, 'downloading.lock'))).toBe(false);
  // A version that is there goes on to be used when nobody says whether it is the newest.
  const answer = readdirSync(cache).find((name) => name.endsWith('.json')) ?? '';
  const known = JSON.parse(readFileSync(join(cache, answer), 'utf8'));
  writeFileSync(join(cache, answer), JSON.stringify({ ...known, atMs: 0 }));
  expect(await unpackedPackages({ ...wanted, env: offline })).toBe(first);
  expect(notes.at(-1)).toMatch(
    /^using packages that were unpacked earlier: .*base-files from trixie at http:\/\/mirror.invalid\/debian: /,
  );
});

test('a package that no suite has is named, with the suite and what goes on', async (context) => {
  const wanted = { ...WANTED, suite: 'bookworm-backports' as const, note: () => undefined };
  const act = unpackedPackages({
    ...wanted,
    packages: ['nestwatch-no-such'],
    cache: temporaryFolder('debian'),
  });
  const error = await act.catch((thrown: Error) => thrown);
  if (!(error instanceof MissingPackages)) throw new Error('it was had');
  if (!error.message.includes('Unable to locate')) context.skip(error.message);
  expect(error.message).toMatch(
    /^cannot get the packages for a test: nestwatch-no-such from bookworm-backports at \S+: Unable to locate package nestwatch-no-such; it is skipped$/,
  );
});

test('a source package comes with all of its files', async (context) => {
  const apt = createApt(temporaryFolder('debian'), { ...WANTED, suite: 'bookworm', note: () => undefined });
  const { folder, files } = await unlessMissing(context, () => apt.downloadSource('hello'));
  const names = files.map(({ name }) => name);
  expect(names.filter((name) => name.endsWith('.dsc'))).toHaveLength(1);
  const there = readdirSync(folder);
  expect(names.filter((name) => !there.includes(name))).toEqual([]);
});
