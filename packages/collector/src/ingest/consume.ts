import { jetstream } from '@nats-io/jetstream';
import { createLatch } from '@nestwatch/common/latch';
import { CONSUMER } from '@nestwatch/proto';
import { LineBuffer } from '../influx/points/line-buffer.ts';
import { createApart } from './apart.ts';
import type { BatchOptions } from './batch.ts';
import { createBatchesAtOnce } from './batches-at-once.ts';
import { createInFlight } from './in-flight.ts';
import { createPendingMessages } from './pending-messages.ts';
import { collectBatch, processBatch } from './process-batch.ts';
import { createPulls } from './pulls.ts';
import { createPushedOut } from './pushed-out.ts';
import { createSetAside } from './set-aside.ts';
import { createTimeShares } from './time-shares.ts';

const MOST_AT_ONCE = 16;
/** The stream does not say whose messages it deleted. */
const NOBODY = { lab: 'unknown', node: 'unknown', name: 'unknown' };
const PUSHED_OUT =
  'deleted by the stream before a collector took it: too many of one node, or the stream is full';

/**
 * Processes what the stream gives until the signal is aborted. What piles up while one batch is written forms the next,
 * so that a quiet lab is seen at once and a busy one in large requests; of a busy one, several batches are in flight:
 * one is decoded while InfluxDB works on another, and one more waits; where InfluxDB answers late, there are more. No
 * more is asked of the stream, which bounds the memory and leaves the rest to other collectors.
 * @throws when the stream or the consumer is gone
 */
export async function consume(options: BatchOptions): Promise<void> {
  const { connection, config, clock, beyond, signal } = options;
  const [size, least] = [config['ingest.batch'], config['ingest.in-flight']];
  // Half of what the stream lets be unacknowledged is for other collectors.
  const most = Math.min(MOST_AT_ONCE, Math.floor(config['ingest.pending'] / 2 / size) - 1);
  const atOnce = createBatchesAtOnce(least, most, clock);
  const consumer = await jetstream(connection).consumers.get(config['stream.name'], CONSUMER);
  const pending = createPendingMessages();
  const setAside = createSetAside(options);
  const parts = { setAside, apart: createApart(options, pending, setAside) };
  const shares = createTimeShares(config['ingest.node-time'], clock);
  const pushedOut = createPushedOut();
  const latch = createLatch();
  let failure: Error | undefined;
  const hasEnded = () => signal.aborted || failure !== undefined;
  const pulls = createPulls({
    consumer,
    onMessage(jsMsg) {
      const missing = pushedOut(jsMsg);
      if (missing > 0) beyond.note(NOBODY, 'flood', PUSHED_OUT, missing);
      pending.add(jsMsg);
      latch.wake();
    },
    onEnd: latch.wake,
    onFailure(error) {
      failure = error;
      latch.wake();
    },
  });
  signal.addEventListener('abort', latch.wake, { once: true });
  const keeping = setInterval(pending.keep, config['ingest.ack-wait'] / 3);
  const inFlight = createInFlight(latch.wake);
  // One for each batch in flight, used again and again: what is as large as a batch is expensive to allocate.
  const spare: LineBuffer[] = [];
  let bytesInFlight = 0;
  // One starts with whatever waits; a further one only when it is full, so that a busy lab goes in large requests.
  const mayStart = () =>
    pending.waiting > 0 && (inFlight.count === 0 || (mayBeMore() && pending.waiting >= size));
  const mayBeMore = () =>
    inFlight.count < least ||
    (inFlight.count < atOnce.now &&
      bytesInFlight + config['ingest.batch-bytes'] <= config['ingest.in-flight-bytes']);
  const askForMore = () => {
    const room = size * (atOnce.now + 1) - pending.size - pulls.asked;
    // In whole batches, but for the last few places that nothing else would fill.
    if (!hasEnded() && (room >= size || (room > 0 && pulls.asked === 0))) pulls.ask(room);
  };
  const start = () => {
    const lines = spare.pop() ?? new LineBuffer();
    const startedUs = clock.monoUs();
    inFlight.start(() => {
      const batch = collectBatch(pending, lines, shares, options);
      const { bytes } = lines.mark();
      const isFull = batch.taken.length >= size || pending.waiting > 0;
      bytesInFlight += bytes;
      return processBatch(batch, lines, parts, options).finally(() => {
        bytesInFlight -= bytes;
        atOnce.ended({ tookUs: clock.monoUs() - startedUs, isFull });
        pending.decided(batch.taken);
        lines.clear();
        if (spare.length < atOnce.now) spare.push(lines);
      });
    });
  };
  try {
    while (!inFlight.closed && (!hasEnded() || (pending.waiting > 0 && !signal.aborted))) {
      askForMore();
      if (mayStart()) start();
      else await latch.wait();
    }
  } finally {
    signal.removeEventListener('abort', latch.wake);
    await pulls.stop();
  }
  await inFlight
    .finish()
    .finally(parts.apart.finish)
    .finally(() => clearInterval(keeping));
  if (failure !== undefined) throw failure;
}
