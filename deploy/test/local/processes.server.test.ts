import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { claimFolder } from '../../local/notes.ts';
import { createProcesses, endLeftovers, logTail, startTicks } from '../../local/processes.ts';
import { waitUntil } from '../../local/wait.ts';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('processes');
});

const alive = (pid: number | undefined) => pid !== undefined && startTicks(pid) !== undefined;

test('what was started is stopped, twice without harm, and its output is in the log', async () => {
  const processes = createProcesses(dir);
  const child = processes.start('talker', 'sh', ['-c', 'echo here I am; exec sleep 1000']);
  await waitUntil(() => logTail(join(dir, 'talker.log')).includes('here I am'), { what: 'the output' });
  expect(alive(child.pid)).toBe(true);
  await processes.stopAll();
  expect(alive(child.pid)).toBe(false);
  await processes.stopAll();
});

test('one that does not heed SIGTERM is killed after the grace time', async () => {
  const processes = createProcesses(dir);
  const child = processes.start('stubborn', 'sh', [
    '-c',
    "trap '' TERM; echo ready; while :; do sleep 1; done",
  ]);
  await waitUntil(() => logTail(join(dir, 'stubborn.log')).includes('ready'), { what: 'the trap' });
  await processes.stop(child, 100);
  expect(child.signalCode).toBe('SIGKILL');
});

test('a death that nobody asked for is told once', async () => {
  const deaths: string[] = [];
  const processes = createProcesses(dir);
  processes.start('short', 'sh', ['-c', 'exit 3'], {
    onDeath: (name, how) => deaths.push(`${name}: ${how}`),
  });
  await waitUntil(() => deaths.length > 0, { what: 'the death' });
  await processes.stopAll();
  expect(deaths).toEqual(['short: exit code 3']);
});

test('what a killed run left behind is ended by the next, a stranger with the same pid is not', async () => {
  const processes = createProcesses(dir);
  const child = processes.start('left', 'sleep', ['1000']);
  const record = join(dir, 'processes.json');
  const entries = JSON.parse(readFileSync(record, 'utf8')) as object[];
  const stranger = { name: 'stranger', pid: process.pid, startTicks: '1' };
  writeFileSync(record, JSON.stringify([...entries, stranger]));
  expect(await endLeftovers(dir)).toEqual(['left']);
  await waitUntil(() => !alive(child.pid), { what: 'the end of it' });
  expect(await endLeftovers(dir)).toEqual([]);
});

test('a folder belongs to one run at a time', () => {
  const release = claimFolder(dir, 'npm start');
  expect(() => claimFolder(dir, 'npm start')).toThrow(`npm start already runs as pid ${process.pid}`);
  release();
  claimFolder(dir, 'npm start')();
  writeFileSync(join(dir, 'running.json'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
  claimFolder(dir, 'npm start')();
});

test('waiting ends with the last words of a process that ended first', async () => {
  const processes = createProcesses(dir);
  const child = processes.start('dies', 'sh', ['-c', 'echo no space left; exit 1']);
  const waiting = waitUntil(() => false, { what: 'dies', child, tail: () => logTail(join(dir, 'dies.log')) });
  await expect(waiting).rejects.toThrow(/dies exited at once/);
});
