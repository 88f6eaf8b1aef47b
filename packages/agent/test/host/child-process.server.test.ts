import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ProcessOptions, runProcess } from '../../src/host/child-process.ts';

let dir: string;
beforeEach(async () => {
  dir = temporaryFolder('process');
});
afterEach(() => {
  vi.useRealTimers();
});

const shell = (script: string, options: Partial<ProcessOptions> = {}) =>
  runProcess('/bin/sh', ['-c', script], { signal: new AbortController().signal, ...options });

/** A limit that passes when the program has said its first line, however long it takes to come to that. */
function passedAtFirstLine(onLine: (line: string) => void = () => undefined) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return {
    limitMs: 300,
    onLine: (line: string) => {
      onLine(line);
      vi.advanceTimersByTime(300);
    },
  };
}

/** Not gone, and not waiting for somebody to take note of its end: that has no command line. */
const isAlive = (pid: number) =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text !== '',
    () => false,
  );

test('tells what it said and how it ended', async () => {
  expect(await shell('echo out; echo one >&2; echo two >&2')).toEqual({
    how: 'exited',
    code: 0,
    problem: '',
    stdout: 'out\n',
    stderr: 'one\ntwo\n',
    complaint: 'one; two',
  });
  expect(await shell('exit 3')).toMatchObject({ how: 'exited', code: 3, problem: 'ended with status 3' });
  expect(await shell('kill -9 $$')).toMatchObject({ how: 'signalled', problem: 'ended by SIGKILL' });
  const missing = await runProcess('/no/such/program', [], { signal: new AbortController().signal });
  expect(missing).toMatchObject({ how: 'not-started', problem: expect.stringMatching(/ENOENT/) });
});

test('an argument that cannot be passed on is no exception', async () => {
  expect(await shell('echo \0')).toMatchObject({
    how: 'not-started',
    problem: expect.stringMatching(/null bytes/),
  });
});

test('input is written, and standard input stays open', async () => {
  const lines: string[] = [];
  const stop = new AbortController();
  const run = shell('read word; echo "got $word"; cat', {
    input: 'hello\n',
    signal: stop.signal,
    onLine: (line) => lines.push(line),
  });
  await vi.waitFor(() => expect(lines).toEqual(['got hello']), PATIENT);
  stop.abort();
  expect(await run).toMatchObject({ how: 'stopped', problem: 'stopped', stdout: 'got hello\n' });
  expect(await shell('cat')).toMatchObject({ code: 0, stdout: '' });
});

test.each([
  ['its limit', passedAtFirstLine, { how: 'timed-out', problem: 'no result within 0.3 s' }],
  ['a flood', () => ({ maxOutput: 10 }), { how: 'flooded', problem: 'more than 10 characters' }],
])('%s ends it with all that it started, and what it had said is kept', async (_, options, end) => {
  const pidFile = join(dir, 'pid');
  const found = await shell(`sleep 600 & echo $! >${pidFile}; echo more than ten; wait`, options());
  expect(found).toMatchObject({ ...end, stdout: 'more than ten\n' });
  const sleeper = Number(await readFile(pidFile, 'utf8'));
  await vi.waitFor(async () => expect(await isAlive(sleeper)).toBe(false), PATIENT);
});

test('what a program leaves running ends with it', async () => {
  const { code, stdout } = await shell('sleep 600 & echo $!');
  expect(code).toBe(0);
  await vi.waitFor(async () => expect(await isAlive(Number(stdout))).toBe(false), PATIENT);
});

test('in the same group it alone is killed, and nobody waits for what holds its output', async () => {
  const lines: string[] = [];
  const found = await shell('sleep 600 & echo $!; wait', {
    sameGroup: true,
    ...passedAtFirstLine((line) => lines.push(line)),
  });
  expect(found.how).toBe('timed-out');
  expect(await isAlive(Number(lines[0]))).toBe(true);
  process.kill(Number(lines[0]), 'SIGKILL');
});

test('nothing is started for a signal that is aborted already', async () => {
  const file = join(dir, 'started');
  expect(await shell(`echo >${file}`, { signal: AbortSignal.abort() })).toMatchObject({ how: 'stopped' });
  await expect(readFile(file)).rejects.toThrow();
});
