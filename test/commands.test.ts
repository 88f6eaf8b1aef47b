import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TABLES } from '../deploy/packages/documents/tables.ts';

const top = resolve(import.meta.dirname, '..');
const pages = [
  ...readdirSync(join(top, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
].filter((file) => file.endsWith('.md'));

const COMMAND = /(?<!ctl [^`]*)\b(nestwatch(?:-agent|-collector)?) ([a-z][a-z-]*)(?=[ `\n]|$)([^`#|;&\n]*)/g;

/** The commands that a page shows, in blocks and within its text. */
function commandsOf(page: string): { program: string; command: string; flags: string[] }[] {
  const text = readFileSync(join(top, page), 'utf8').replaceAll('\\\n', ' ');
  const shown = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$|`([^`\n]+)`/gm)];
  return shown
    .filter(([, language = '']) => ['', 'sh'].includes(language))
    .flatMap(([, , block = '', words = '']) => [...`${block}${words}`.matchAll(COMMAND)])
    .map(([, program = '', command = '', rest = '']) => ({
      program,
      command,
      flags: rest.match(/--[a-z][a-z-]*/g) ?? [],
    }));
}

/** What is wrong with a command: undefined when the program takes it so. */
function wrongWith({ program, command, flags }: ReturnType<typeof commandsOf>[number]): string | undefined {
  const { commands, options, settings } = TABLES[program as keyof typeof TABLES];
  const found = commands.find(({ name }) => name === command);
  if (found === undefined) return `${program} has no command ${command}`;
  const known = [...found.options, ...options, ...settings].map(({ flag }) => flag);
  const unknown = flags.filter((flag) => !known.includes(flag));
  return unknown.length === 0 ? undefined : `${program} ${command} has no option ${unknown.join(', ')}`;
}

test.each(pages)('%s shows commands that the programs have', (page) => {
  expect(commandsOf(page).flatMap((each) => wrongWith(each) ?? [])).toEqual([]);
});

test('pages show commands', () => {
  expect(pages.flatMap(commandsOf).length).toBeGreaterThan(80);
});

test('every script of npm and every file of a test that pages name is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const texts = pages.map((page) => readFileSync(join(top, page), 'utf8'));
  const named = texts.flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]);
  expect(named.length).toBeGreaterThan(30);
  expect(named.flatMap(([, name = '']) => (name in scripts ? [] : [name]))).toEqual([]);
  const tests = texts.flatMap((text) => [
    ...text.matchAll(/`((?:packages|test|deploy)\/[\w./-]+\.test\.ts)`/g),
  ]);
  expect(tests.flatMap(([, file = '']) => (existsSync(join(top, file)) ? [] : [file]))).toEqual([]);
});
