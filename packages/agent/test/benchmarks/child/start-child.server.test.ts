import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { beforeAll, expect, test, vi } from 'vitest';
import { cpuShellLoop } from '../../../src/benchmarks/cpu-shell-loop.ts';
import { runBenchmark } from '../../../src/benchmarks/run-benchmark.ts';
import { AGENT_PROGRAM, prepareTestMachine, type TestMachine, tinyRun } from '../support/machine.ts';

const { FAILED, TIMED_OUT } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

/** Processes with this text in their command line. */
function running(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

/** Counts for hours, in a shell that the child starts, recognisable by its count. */
function endless(count: number) {
  const settings = { shell: '/bin/sh', trueProgram: 'true', count, passes: 1 };
  return { ...cpuShellLoop, plan: async () => ({ state: 'ready' as const, settings }) };
}

test('the child and all that it started are killed at the limit, and nothing is left behind', async () => {
  const machine = { ...here.machine, config: { ...here.machine.config, 'benchmarks.time-limit': 1500 } };
  const results = await runBenchmark(machine, endless(88_000_000_001), tinyRun());
  expect(results.at(-1)?.outcome).toBe(TIMED_OUT);
  expect(results.at(-1)?.reason).toBe('killed after 1.5 s');
  await vi.waitFor(() => expect(running('88000000001')).toEqual([]), PATIENT);
  expect(await readdir(here.machine.scratch.path)).toEqual([]);
});

test('the child and all that it started are killed when the run is stopped', async () => {
  const stop = new AbortController();
  const run = runBenchmark(here.machine, endless(88_000_000_002), tinyRun({ signal: stop.signal }));
  await vi.waitFor(() => expect(running('88000000002').length).toBeGreaterThan(0), PATIENT);
  stop.abort(new Error('enough'));
  const results = await run;
  expect(results.at(-1)).toMatchObject({ outcome: FAILED, reason: 'stopped: enough' });
  await vi.waitFor(() => expect(running('88000000002')).toEqual([]), PATIENT);
});

test('the child, and so what it starts, works at a low priority', async () => {
  const stop = new AbortController();
  const run = runBenchmark(here.machine, endless(88_000_000_004), tinyRun({ signal: stop.signal }));
  const nice = () => {
    const [pid] = running('88000000004');
    const stat = pid === undefined ? '' : readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  };
  await vi.waitFor(() => expect(nice()).toBe(10), PATIENT);
  stop.abort(new Error('seen'));
  await run;
});

test('when the agent is killed, its child ends too', async () => {
  const scratch = temporaryFolder('orphan');
  const job = {
    settings: { shell: '/bin/sh', trueProgram: 'true', count: 88_000_000_003, passes: 1 },
    scratch,
  };
  const parent = join(scratch, 'parent.mjs');
  // Stands for the agent: starts the child as the agent does, and is then killed without a chance to clean up.
  await writeFile(
    parent,
    `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, [${JSON.stringify(AGENT_PROGRAM)}, 'run-benchmark', 'cpu.shell-loop'], { detached: true });
     child.stdin.write(${JSON.stringify(`${JSON.stringify(job)}\n`)});
     setInterval(() => undefined, 1000);`,
  );
  const agent = spawn(process.execPath, [parent]);
  await vi.waitFor(() => expect(running('88000000003').length).toBeGreaterThan(0), PATIENT);
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  await vi.waitFor(() => expect(running('88000000003')).toEqual([]), PATIENT);
});
