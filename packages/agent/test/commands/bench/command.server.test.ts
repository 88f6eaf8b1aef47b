import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import type { Run } from '../../../src/commands/bench/runs.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../../../dist/nestwatch-agent.mjs');
const dir = temporaryFolder('nestwatch-bench');

function bench(...options: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const words = ['bench', 'cpu.sha256', '--size', 'tiny', '--state-dir', join(dir, 'state'), ...options];
  return new Promise((resolve) =>
    execFile(process.execPath, [PROGRAM, ...words], { cwd: dir }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

const saved = (): { format: string; runs: Run[] } => JSON.parse(readFileSync(join(dir, 'runs.json'), 'utf8'));

/** Three runs like the saved one, each this many times as fast, disturbed as little as the present one may be. */
function pretend(times: number): void {
  const { format, runs } = saved();
  const results = runs[0]?.results.map((each) => ({
    ...each,
    disturbances: ['as busy'],
    secondsPerUnit: (each.secondsPerUnit ?? 0) / times,
  }));
  writeFileSync(
    join(dir, 'runs.json'),
    JSON.stringify({ format, runs: Array(3).fill({ ...runs[0], results }) }),
  );
}

test('a pipeline gets 0 from its first run, and 3 where what it measures takes far longer than before', async () => {
  const pipeline = ['--save', 'runs.json', '--against', 'runs.json', '--fail-above', '1.3'];
  const first = await bench(...pipeline);
  expect([first.code, saved().runs]).toEqual([0, [expect.objectContaining({ at: expect.any(String) })]]);
  expect(first.stdout).toContain('not compared: the file has no result for it');
  pretend(1000);
  const slow = await bench(...pipeline, '--junit', 'speed.xml', '--github');
  expect([slow.code, saved().runs.length]).toEqual([3, 3]);
  expect(slow.stdout).toMatch(/^::error title=nestwatch%3A cpu\.sha256::.*: slower$/m);
  expect(readFileSync(join(dir, 'speed.xml'), 'utf8')).toContain('failures="1"');
  pretend(1 / 1_000_000);
  expect((await bench(...pipeline, '--json')).code).toBe(0);
  expect(saved().runs).toHaveLength(4);
  const none = await bench('--against', 'none.json');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('none.json not found')]);
});
