import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { LOADER, STARTER } from '../../packages/runtime/starter.ts';
import { run } from '../tool.ts';

const folder = temporaryFolder('starter');
/** Stands in for the loader: says how it was started. */
const SAYS = '#!/bin/sh\nprintf "%s\\n" "$UV_THREADPOOL_SIZE" "$@"\n';

function layOut(home: string): { program: string; lib: string } {
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'lib/runtime'), { recursive: true });
  const program = join(home, 'bin/nestwatch-agent');
  writeFileSync(program, STARTER);
  writeFileSync(join(home, 'lib/runtime', LOADER), SAYS);
  for (const file of [program, join(home, 'lib/runtime', LOADER)]) chmodSync(file, 0o755);
  return { program, lib: join(home, 'lib') };
}

const through = (lib: string) => [
  ...['--inhibit-cache', '--library-path', `${lib}/runtime`],
  `${lib}/runtime/node`,
];
const lines = (output: string) => output.trimEnd().split('\n');

test('it starts Node through the loader beside it, wherever it is and by whatever link', () => {
  const { program, lib } = layOut(join(folder, 'a folder'));
  const link = join(folder, 'link');
  symlinkSync('a folder/bin/nestwatch-agent', link);
  const further = join(folder, 'further');
  symlinkSync(link, further);
  const expected = ['', ...through(lib), `${lib}/nestwatch-agent.mjs`, 'check', 'two words', '*'];
  for (const path of [program, link, further]) {
    const { output } = run(path, ['check', 'two words', '*'], { UV_THREADPOOL_SIZE: '' });
    expect(lines(output)).toEqual(lines(expected.join('\n')));
  }
});

test('run is started small, other commands are not', () => {
  const { program, lib } = layOut(join(folder, 'small'));
  expect(lines(run(program, ['run', '--lab', 'x'], { UV_THREADPOOL_SIZE: '' }).output)).toEqual([
    '2',
    ...through(lib),
    ...AGENT_NODE_FLAGS,
    `${lib}/nestwatch-agent.mjs`,
    ...['run', '--lab', 'x'],
  ]);
  expect(lines(run(program, ['run'], { UV_THREADPOOL_SIZE: '4' }).output)[0]).toBe('4');
});

test('a folder whose name the loader would take for two is refused in a line', () => {
  const { program } = layOut(join(folder, 'a:b'));
  const { status, output } = run(program, ['--version']);
  expect(status).toBe(2);
  expect(output).toBe(
    `nestwatch-agent: cannot run from ${join(folder, 'a:b/lib')}: its path must not contain : or ;\n`,
  );
});

test('the shell takes it without a word', () => {
  const file = join(folder, 'starter.sh');
  writeFileSync(file, STARTER);
  expect(execFileSync('sh', ['-n', file], { encoding: 'utf8' })).toBe('');
});
