import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { CONSUMER, STREAM } from '@nestwatch/proto';
import { LineBuffer } from '../influx/points/line-buffer.ts';
import { createLanes } from './in-flight.ts';
import { createIntake } from './pending-messages.ts';
import { type TakeInOptions, takeIn } from './process-batch.ts';
import { provision } from './provision.ts';
import { createPulls } from './pulls.ts';
import type { IngestConfig } from './settings.ts';

export interface IngestOptions extends TakeInOptions {
  connection: NatsConnection;
  config: IngestConfig;
  /** Told when the stream is there and read, and when it no longer can be. */
  onReading?: (reads: boolean) => void;
}

/**
 * Takes reports from the stream until the signal is aborted. What piles up while one batch is written forms the next,
 * so that a quiet lab is seen at once and a busy one in large requests; of a busy one, several batches are under way:
 * one is decoded while InfluxDB works on another, and one more waits. No more is asked of the stream, which bounds the
 * memory and leaves the rest to other collectors.
 */
export async function runIngest(options: IngestOptions): Promise<void> {
  const { connection, config, log, signal } = options;
  const backoff = createBackoff({ firstMs: 250, maxMs: 5000 });
  let said = '';
  while (!signal.aborted) {
    try {
      await provision(connection, config);
      options.onReading?.(true);
      if (said !== '') log.info('the stream can be read again');
      said = '';
      backoff.reset();
      const over = new AbortController();
      void keepProvisioned(options, AbortSignal.any([signal, over.signal]));
      await consume(options).finally(() => over.abort());
    } catch (error) {
      if (signal.aborted) return;
      options.onReading?.(false);
      const reason = messageOf(error);
      if (reason !== said) log.warn('the stream cannot be read, trying until it can', { error: reason });
      said = reason;
    }
    await pause(backoff.next(), signal);
  }
}

/** Looks at stream and consumer again whenever the connection was lost: they may be gone, or set back. */
async function keepProvisioned(
  { connection, config, log }: IngestOptions,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ firstMs: 250, maxMs: 5000 });
  const until = (back: AbortSignal) => aborted(AbortSignal.any([signal, back]));
  for (let back = untilReconnect(connection); !signal.aborted; ) {
    await until(back);
    back = untilReconnect(connection);
    for (let made = false; !made && !signal.aborted; ) {
      try {
        await provision(connection, config);
        made = true;
        backoff.reset();
      } catch (error) {
        log.debug('the stream cannot be looked at yet', { error: messageOf(error) });
        await pause(backoff.next(), signal);
      }
    }
  }
}

/** Resolves when a signal is aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function consume(options: IngestOptions): Promise<void> {
  const { connection, config, signal } = options;
  const [size, lanesAtMost] = [config['ingest.batch'], config['ingest.in-flight']];
  const consumer = await jetstream(connection).consumers.get(STREAM, CONSUMER);
  const intake = createIntake();
  let wake: () => void = () => undefined;
  let ended = false;
  let failure: Error | undefined;
  const end = () => {
    ended = true;
    wake();
  };
  const pulls = createPulls({
    consumer,
    onMessage(message) {
      intake.add(message);
      wake();
    },
    onEnd: () => wake(),
    onFailure(error) {
      failure = error;
      end();
    },
  });
  signal.addEventListener('abort', end, { once: true });
  const keeping = setInterval(intake.keep, config['ingest.ack-wait'] / 3);
  const lanes = createLanes(() => wake());
  // One for each lane, used again and again: what is as large as a batch is dear to allocate.
  const spare: LineBuffer[] = [];
  // A lane is free for whatever waits; a further one only for a full batch, so that a busy lab goes in large requests.
  const mayStart = () =>
    intake.waiting > 0 && (lanes.busy === 0 || (lanes.busy < lanesAtMost && intake.waiting >= size));
  const askForMore = () => {
    const room = size * (lanesAtMost + 1) - intake.undecided - pulls.asked;
    // In whole batches, but for the last few places that nothing else would fill.
    if (!ended && (room >= size || (room > 0 && pulls.asked === 0))) pulls.ask(room);
  };
  try {
    while (!lanes.closed && (!ended || (intake.waiting > 0 && !signal.aborted))) {
      askForMore();
      if (!mayStart()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const batch = intake.take(size);
      const lines = spare.pop() ?? new LineBuffer();
      lanes.start(() =>
        takeIn(batch, lines, options).finally(() => {
          intake.decided(batch);
          lines.clear();
          spare.push(lines);
        }),
      );
    }
  } finally {
    signal.removeEventListener('abort', end);
    await pulls.stop();
  }
  await lanes.finish().finally(() => clearInterval(keeping));
  if (failure !== undefined) throw failure;
}
