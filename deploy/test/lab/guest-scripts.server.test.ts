import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { SLOW_KINDS } from '../../lab/cascade/slow.ts';

const folder = resolve(import.meta.dirname, '../../lab/guest');
const scripts = readdirSync(folder);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test.each(scripts.filter((name) => name.endsWith('.sh')))('%s is valid for a POSIX shell', (name) => {
  execFileSync('/bin/sh', ['-n', join(folder, name)]);
});

test('whatever a script calls is there', () => {
  const called = scripts.flatMap((name) => [...read(name).matchAll(/\/config\/([a-z-]+\.(?:sh|mjs))/g)]);
  expect(called.length).toBeGreaterThan(5);
  const all = [...scripts, 'nestwatch-agent.mjs'];
  for (const [, name] of called) expect(all).toContain(name);
});

test('a layer knows every order that the lab gives', () => {
  const orders = [...read('order.sh').matchAll(/^ {2}([a-z]+)\)/gm)].map(([, order]) => order);
  const live = Object.keys(SLOW_KINDS).filter((kind) => kind !== 'clock' && kind !== 'neighbour');
  expect(orders).toEqual(
    expect.arrayContaining([
      ...[...live, 'heal', 'halt', 'restart', 'child', 'console', 'record', 'cost'],
      ...['break', 'mend', 'freeze', 'resume', 'busy', 'idle'],
    ]),
  );
});
