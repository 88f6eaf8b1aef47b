import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from '../docs/generator/documents.ts';

test.each([...documents()])('docs/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(resolve(import.meta.dirname, '../docs', name), 'utf8')).toBe(text);
});

test('every path that docs/design/architecture.md names is there', () => {
  const top = resolve(import.meta.dirname, '..');
  const text = readFileSync(join(top, 'docs/design/architecture.md'), 'utf8');
  const paths = [
    ...text.matchAll(/`((?:bench|dashboards|deploy|docs|packages|proto|scripts|test)\/[\w./-]*)`/g),
  ];
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.map(([, path = '']) => path).filter((path) => !existsSync(join(top, path)))).toEqual([]);
});
