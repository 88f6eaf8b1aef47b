import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startTicks } from '../../deploy/local/processes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { recordedPids } from './cascade.ts';
import { type BuiltProgram, runLabProgram } from './lab-program.ts';

export const LIMIT_MS = 15 * 60_000;

/** Labs of guest0 alone, one for each test, which report to the servers of the file. */
export interface OneLayer {
  /** Folder of the test's lab. */
  dataDir(): string;
  /** Starts `npm run lab` with these flags more. */
  start(...flags: string[]): BuiltProgram;
  /** Waits until guest0 was started. */
  guestRuns(): Promise<void>;
  /** Of all that the lab has started. */
  pids(): number[];
}

export const alive = (pids: readonly number[]) => pids.filter((pid) => startTicks(pid) !== undefined);

/** @param cache folder of the system that guest0 boots from */
export function useOneLayer(cache: () => string): OneLayer {
  let servers: TestLab;
  let dataDir: string;
  beforeAll(async () => {
    servers = await createTestLab();
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    dataDir = temporaryFolder('one-layer');
  });
  const pids = () => {
    try {
      return recordedPids(dataDir);
    } catch {
      return [];
    }
  };
  return {
    dataDir: () => dataDir,
    start: (...flags) =>
      runLabProgram(
        ['run', '--layers', '1', '--data-dir', dataDir, '--cache-dir', cache(), '--lab', 'one', ...flags],
        { NATS_URL: servers.servers.natsUrl, INFLUX_URL: servers.servers.influxUrl },
      ),
    guestRuns: () =>
      waitUntil(() => pids().length > 1, {
        what: 'the collector and guest0 in the record',
        limitMs: LIMIT_MS,
      }),
    pids,
  };
}
