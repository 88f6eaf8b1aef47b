import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { jsonFile } from '../src/json-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder('json');
  path = join(folder, 'state.json');
});

const numbers = (file = path) =>
  jsonFile<readonly number[]>(file, (json) => (Array.isArray(json) ? json : undefined));

test('what is written is read again, by its owner only', async () => {
  await numbers().write([1, 2]);
  expect(numbers().read()).toEqual([1, 2]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('an absent file, a torn one and one of another shape are read as nothing', () => {
  expect(numbers().read()).toBeUndefined();
  for (const text of ['', '[1, 2', '{"a": 1}', 'null']) {
    writeFileSync(path, text);
    expect(numbers().read()).toBeUndefined();
  }
});

test('of many writes at once the last counts, and each reader sees a whole value', async () => {
  const file = numbers();
  const long = (value: number) => Array.from({ length: 10_000 }, () => value);
  await file.write(long(0));
  const writes = [1, 2, 3, 4, 5].map((value) => file.write(long(value)));
  let over = false;
  const all = Promise.all(writes).then(() => {
    over = true;
  });
  while (!over) {
    const value = JSON.parse(readFileSync(path, 'utf8')) as number[];
    expect(value).toHaveLength(10_000);
    expect(new Set(value).size).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
  expect(file.read()?.[0]).toBe(5);
});

test('a file that cannot be written is named, and the next write is tried all the same', async () => {
  const file = numbers(join(folder, 'missing', 'state.json'));
  await expect(file.write([1])).rejects.toThrow(/^cannot write .*missing.state\.json: ENOENT/);
  mkdirSync(join(folder, 'missing'));
  await file.write([2]);
  expect(file.read()).toEqual([2]);
});
