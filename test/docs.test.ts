import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from '../docs/generator/documents.ts';

test.each([...documents()])('docs/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(resolve(import.meta.dirname, '../docs', name), 'utf8')).toBe(text);
});
