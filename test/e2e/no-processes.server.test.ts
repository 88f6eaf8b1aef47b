import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processTree, readUsage } from '../../bench/support/process-usage.ts';
import { findTool } from '../../deploy/local/tools.ts';

const agent = resolve(import.meta.dirname, '../../dist/nestwatch-agent.mjs');
let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector();
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

test('in steady state the agent starts no process', async () => {
  const settings = { 'benchmarks-enabled': 'false', 'inventory-enabled': 'false' };
  const { pid = 0 } = lab.startAgent({ lab: 'still', node: 'n0', interval: '1s', ...settings });
  const samples = (count: number) =>
    lab.waitForRows('SELECT cpus FROM nestwatch_cpu_time', (rows) => rows.length >= count);
  const before = (await samples(2)).length;
  const { childFaults } = readUsage(pid);
  await samples(before + 5);
  expect(readUsage(pid).childFaults).toBe(childFaults);
  expect(processTree(pid)).toEqual([pid]);
});

const strace = findTool({ command: 'strace' });
test.skipIf(strace === undefined)(
  'under strace, two readings of all probes start threads and no process',
  () => {
    const dir = temporaryFolder('strace');
    try {
      const log = join(dir, 'log');
      const calls = ['-f', '-qq', '-e', 'trace=execve,execveat,clone,clone3,fork,vfork', '-o', log];
      execFileSync(strace ?? '', [...calls, process.execPath, agent, 'probe', '--json'], { stdio: 'ignore' });
      const lines = wholeCalls(readFileSync(log, 'utf8'));
      // Of the call alone: what it is given may be a path with such a word in it. A short pid has more than one space after it.
      expect(lines.filter((line) => /^\d+ +execve/.test(line))).toHaveLength(1);
      const started = lines.filter((line) => /^\d+ +(clone|fork|vfork)/.test(line));
      expect(started.length).toBeGreaterThan(0);
      expect(started.filter((line) => !line.includes('CLONE_THREAD'))).toEqual([]);
    } finally {
    }
  },
);

/** The calls in strace's output, those put together again that another thread's call broke in two. */
function wholeCalls(output: string): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of output.split('\n')) {
    const thread = line.split(' ')[0] ?? '';
    if (line === '' || /\+\+\+|---/.test(line)) continue;
    if (line.includes('<unfinished')) begun.set(thread, line);
    else calls.push(line.includes('resumed>') ? `${begun.get(thread) ?? ''}${line}` : line);
  }
  return calls;
}
