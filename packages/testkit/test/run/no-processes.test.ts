import { exec, execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { attemptsToStart } from '../../src/run/no-processes.ts';

test.each([
  ['spawn', () => spawn('true')],
  ['exec', () => exec('true')],
  ['fork', () => fork('/dev/null')],
  ['spawnSync', () => spawnSync('true')],
  ['execFileSync', () => execFileSync('true')],
])('in the group unit, %s fails and says where the test belongs', (_, start) => {
  expect(start).toThrow('name the file *.server.test.ts');
  expect(attemptsToStart()).toBe(1);
});
