import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from '../docs/generator/documents.ts';

const top = resolve(import.meta.dirname, '..');
const generated = documents();

/** A page that a command writes whole says so at its beginning. */
const isMade = (text: string) => /^(?:<!-- )?Made by ["`]npm run /m.test(text.slice(0, 400));

/** Documents that people wrote. README, CONTRIBUTING, SECURITY and the changelog are not among them: they lie at the top. */
const pages = readdirSync(join(top, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => readFileSync(join(top, 'docs', file), 'utf8'))
  .filter((text) => !isMade(text));

/** A command wrote what stands between `<!-- NAME:TABLE -->` and `<!-- /NAME -->`. */
const writtenByPeople = (text: string) => text.replace(/<!-- ([a-z]+):[a-z-]+ -->[\s\S]*?<!-- \/\1 -->/g, '');

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

test('the documents that people wrote are at most 15,000 words', () => {
  const counts = pages.map((text) => wordsIn(writtenByPeople(text)));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(15_000);
});

test.each([...generated].filter(([name]) => name.endsWith('.md')))(
  '%s says which command makes it',
  (_, text) => {
    expect(isMade(text)).toBe(true);
  },
);

test('tables of commands are left out of the count, and nothing beside them', () => {
  const text = 'one two\n<!-- bench:agent -->\n| three | 4 |\n<!-- /bench -->\n| five | --- |\n';
  expect(wordsIn(writtenByPeople(text))).toBe(3);
});

test('the README has at most 100 lines', () => {
  expect(readFileSync(join(top, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(100);
});
