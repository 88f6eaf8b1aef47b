import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const top = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(top, path), 'utf8');
const contributing = read('CONTRIBUTING.md');

/** Steps of the walked examples: what is done, the file, and a text that stands in it. */
const steps = [...contributing.matchAll(/^\| (\d\. [^|]+) \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, step = '', file = '', holds = '']) => ({ step, file, holds }),
);

test('the walked examples have their steps', () => {
  expect(steps.length).toBeGreaterThanOrEqual(17);
});

test.each(steps)('$step: $file', ({ file, holds }) => {
  expect(read(file)).toContain(holds);
});

test('every command of npm that it names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...contributing.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
