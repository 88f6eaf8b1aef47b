import { createLatch } from '@nestwatch/common/latch';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { keepRunning, retryUntil } from '@nestwatch/common/retry';
import type { BatchOptions } from './batch.ts';
import { consume } from './consume.ts';
import { provision } from './provision.ts';

export interface IngestOptions extends BatchOptions {
  /** Told when the stream is there and read, and when it no longer can be. */
  readonly onReading?: (reads: boolean) => void;
  /** The labs that the stream is to have; all without it. */
  readonly labsOf?: Parameters<typeof provision>[2];
}

/** Writes what agents send, from the stream to InfluxDB, until the signal is aborted. Waits for servers that are away. */
export async function runIngest(options: IngestOptions): Promise<void> {
  const { connection, config, log, signal, onReading, labsOf } = options;
  await keepRunning(
    async (works) => {
      await provision(connection, config, labsOf);
      onReading?.(true);
      works();
      const over = new AbortController();
      void keepProvisioned(options, AbortSignal.any([signal, over.signal]));
      await consume(options).finally(() => over.abort());
    },
    {
      signal,
      log,
      maxMs: 5000,
      failing: 'cannot read the stream, retrying',
      working: 'the stream is readable again',
      eachReason: true,
      onFailure: () => onReading?.(false),
    },
  );
}

/** Looks at stream and consumer again whenever the connection was lost: they may be gone, or set back. */
async function keepProvisioned({ connection, config, log, labsOf }: IngestOptions, signal: AbortSignal) {
  for (let reconnected = untilReconnect(connection); ; ) {
    await createLatch().wait({ signal: AbortSignal.any([signal, reconnected]) });
    if (signal.aborted) return;
    reconnected = untilReconnect(connection);
    await retryUntil(() => provision(connection, config, labsOf), {
      signal,
      log,
      maxMs: 5000,
      level: 'debug',
      failing: 'cannot inspect the stream yet',
    });
  }
}
