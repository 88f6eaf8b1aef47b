import { resolve } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import type { Machine, Run } from '../../../src/benchmarks/run-benchmark.ts';
import { createFileHost } from '../../../src/host/file-host.ts';
import { prepareMachine } from '../../../src/rounds/prepare-machine.ts';
import { benchmarkSettings } from '../../../src/rounds/settings.ts';

/** The agent as it was built before the tests. */
export const AGENT_PROGRAM = resolve(import.meta.dirname, '../../../../../dist/nestwatch-agent.mjs');

export interface TestMachine {
  readonly machine: Machine;
  readonly stateDir: string;
}

/** This machine, with its default settings apart from those given, and a state folder of its own. */
export async function prepareTestMachine(flags: Record<string, string> = {}): Promise<TestMachine> {
  const stateDir = temporaryFolder('benchmarks');
  const machine = await prepareMachine({
    config: loadConfig(benchmarkSettings, { env: {}, flags }),
    host: createFileHost(),
    clock: systemClock,
    program: AGENT_PROGRAM,
    stateDir,
    estimate: () => undefined,
  });
  return {
    machine,
    stateDir,
  };
}

export function tinyRun(changes: Partial<Run> = {}): Run {
  return {
    size: 'tiny',
    round: '',
    targets: [],
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  };
}
