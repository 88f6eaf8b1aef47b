import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { files } from '../src/index.ts';

const folder = resolve(import.meta.dirname, '..');

test.each([...files()])('%s is what `npm run dashboards` writes', (name, text) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
});

test('no dashboard is left over from before', () => {
  const kept = readdirSync(folder).filter((name) => name.startsWith('nestwatch-'));
  expect(kept.sort()).toEqual([...files().keys()].sort());
});
