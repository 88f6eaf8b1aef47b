import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { MOST_ENTRY_BYTES } from '../../../src/invite/staged/entry.ts';
import { takeEntries } from '../../../src/invite/staged/read-staged.ts';

const KEY = `U${'A'.repeat(55)}`;
const good = { kind: 'enrol', lab: 'lab', node: 'a', publicKey: KEY };
const nameOf = (digit: string) => `${digit.repeat(32)}.json`;

/** A folder as a hostile collector may leave it. */
function folderWith(fill: (path: (digit: string) => string) => void): string {
  const folder = temporaryFolder('staged');
  fill((digit) => join(folder, nameOf(digit)));
  return folder;
}

test('takes an entry, and its file with it', () => {
  const folder = folderWith((path) => writeFileSync(path('1'), JSON.stringify(good)));
  expect(takeEntries(folder)).toEqual([{ name: nameOf('1'), entry: good }]);
  expect(readdirSync(folder)).toEqual([]);
  expect(takeEntries(folder)).toEqual([]);
  expect(takeEntries(join(folder, 'none'))).toEqual([]);
});

test('follows no link, waits for no pipe, reads nothing long, and removes none of what a link points at', () => {
  const outside = join(temporaryFolder('outside'), 'secret.json');
  writeFileSync(outside, JSON.stringify(good));
  const folder = folderWith((path) => {
    symlinkSync(outside, path('1'));
    linkSync(outside, path('2'));
    execFileSync('mkfifo', [path('3')]);
    writeFileSync(path('4'), `${JSON.stringify(good)}${' '.repeat(MOST_ENTRY_BYTES)}`);
    mkdirSync(path('5'));
    writeFileSync(path('6').replace('66.json', '6-.json'), JSON.stringify(good));
  });
  const taken = takeEntries(folder);
  expect(taken.map(({ entry }) => entry)).toEqual(taken.map(() => undefined));
  expect(taken.map(({ error }) => error)).toEqual([
    expect.stringMatching(/ELOOP/),
    expect.stringMatching(/it is a link/),
    expect.stringMatching(/not a file/),
    expect.stringMatching(/longer than/),
    expect.stringMatching(/not a file/),
    expect.stringMatching(/its name/),
  ]);
  expect(readdirSync(folder)).toEqual([]);
  expect(JSON.parse(readFileSync(outside, 'utf8'))).toEqual(good);
});

test('a folder that is a link to another is not looked into', () => {
  const real = folderWith((path) => writeFileSync(path('1'), JSON.stringify(good)));
  const link = join(temporaryFolder('link'), 'staged');
  symlinkSync(real, link);
  expect(() => takeEntries(link)).toThrow(/is not a separate folder/);
  expect(readdirSync(real)).toHaveLength(1);
});
