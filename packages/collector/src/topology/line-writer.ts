import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import type { Store } from '../influx/store.ts';

const MOST_LINES = 10_000;

/** Writes lines in their order, again and again while InfluxDB is away, and gives up the oldest beyond a limit. */
export function createLineWriter(store: Pick<Store, 'write'>, log: Log) {
  let lines: string[] = [];
  const added = createLatch();

  async function writeAll(): Promise<void> {
    const batch = lines;
    lines = [];
    try {
      await store.write(batch);
    } catch (error) {
      lines = [...batch, ...lines].slice(-MOST_LINES);
      throw error;
    }
  }

  return {
    write(more: string[]): void {
      lines = [...lines, ...more].slice(-MOST_LINES);
      added.wake();
    },
    async run(signal: AbortSignal): Promise<void> {
      const failing = 'cannot write the topology yet';
      while (!signal.aborted) {
        if (lines.length === 0) await added.wait({ signal });
        else await retryUntil(writeAll, { signal, log, failing, level: 'debug' });
      }
    },
  };
}
