import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from '../docs/generator/documents.ts';

const top = resolve(import.meta.dirname, '..');
const generated = documents();

/** Documents that people wrote. README, CONTRIBUTING, SECURITY and the changelog are not among them: they lie at the top. */
const pages = readdirSync(join(top, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !generated.has(file))
  .map((file) => join('docs', file));

/** A command wrote what stands between `<!-- NAME:TABLE -->` and `<!-- /NAME -->`. */
const writtenByPeople = (text: string) => text.replace(/<!-- ([a-z]+):[a-z-]+ -->[\s\S]*?<!-- \/\1 -->/g, '');

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

test('the documents that people wrote are at most 15,000 words', () => {
  const counts = pages.map((page) => wordsIn(writtenByPeople(readFileSync(join(top, page), 'utf8'))));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(15_000);
});

test.each([...generated].filter(([name]) => name.endsWith('.md')))(
  '%s says which command makes it',
  (_, text) => {
    expect(text).toMatch(/^<!-- Made by "npm run docs" /);
  },
);

test('tables of commands are left out of the count, and nothing beside them', () => {
  const text = 'one two\n<!-- bench:agent -->\n| three | 4 |\n<!-- /bench -->\n| five | --- |\n';
  expect(wordsIn(writtenByPeople(text))).toBe(3);
});

test('the README has at most 100 lines', () => {
  expect(readFileSync(join(top, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(100);
});
