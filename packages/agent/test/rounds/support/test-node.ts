import { join } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { silentLog } from '@nestwatch/common/log';
import { inboxPrefix } from '@nestwatch/proto';
import type { TestNats } from '@nestwatch/testkit/nats';
import type { ResultBody } from '../../../src/benchmarks/result.ts';
import { createFileHost } from '../../../src/host/file-host.ts';
import { benchmarkSettings } from '../../../src/rounds/settings.ts';
import {
  type Benchmarks,
  type BenchmarksOptions,
  startBenchmarks,
} from '../../../src/rounds/start-benchmarks.ts';
import { AGENT_PROGRAM } from '../../benchmarks/support/machine.ts';

export interface TestNode {
  readonly node: string;
  readonly results: ResultBody[];
  readonly benchmarks: Benchmarks;
  /** As the agent does when it is told to end. */
  stop(): Promise<void>;
}

/** The benchmarks of one agent of a lab, at size tiny and never by schedule. */
export async function startTestNode(
  nats: TestNats,
  layer: number,
  changes: Partial<BenchmarksOptions> = {},
): Promise<TestNode> {
  const node = `guest${layer}`;
  const stopping = new AbortController();
  const results: ResultBody[] = [];
  const benchmarks = await startBenchmarks({
    lab: 'test',
    node,
    name: node,
    clock: systemClock,
    log: silentLog,
    program: AGENT_PROGRAM,
    config: loadConfig(benchmarkSettings, {
      env: {},
      flags: {
        'benchmarks.size': 'tiny',
        'benchmarks.cron': '0 0 29 2 *',
        'benchmarks.jitter': '0ms',
        'benchmarks.off': 'guest.canary',
        'benchmarks.http-address': '127.0.0.1',
      },
    }),
    host: createFileHost(),
    signal: stopping.signal,
    stateDir: join(nats.dir, node),
    connected: nats.connect({ inboxPrefix: inboxPrefix('test', node) }),
    estimate: () => undefined,
    position: () => ({ layer, parent: layer === 0 ? '' : `guest${layer - 1}` }),
    publish: (result) => results.push(result),
    ...changes,
  });
  return {
    node,
    results,
    benchmarks,
    async stop() {
      stopping.abort(new Error('the test ends'));
      await benchmarks.stopped;
    },
  };
}
