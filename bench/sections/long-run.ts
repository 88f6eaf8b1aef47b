import { pause } from '@nestwatch/common/backoff';
import { systemClock } from '@nestwatch/common/clock';
import { fill } from '../../test/load/fill.ts';
import { history } from '../../test/load/history.ts';
import { openPublishers } from '../../test/load/publishers.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { quantile } from '../figure.ts';
import type { Section, SectionContext } from '../section.ts';
import { readCounters } from '../support/collector-metrics.ts';
import { folderSize } from '../support/folder-size.ts';
import { readUsage, type Usage } from '../support/process-usage.ts';
import { startBenchServers } from '../support/servers.ts';

/** Published while the collector works; far less than the stream holds, so that nothing is dropped unread. */
const CHUNK = 20_000;
/** So small that the stream has reached its bound when the warming up is over. */
const STREAM_BYTES = 128 * 1024 ** 2;

interface Look extends Usage {
  /** Of JetStream on disk: the stream, its consumer and the buckets. */
  streamBytes: number;
}

/** One collector over a million messages: what grows, and what does not. */
export const longRunSection: Section = {
  name: 'long-run',
  meaning: 'memory, open files and disk of a collector and its stream over a million messages',
  long: true,
  async run(context) {
    const total = context.quick ? 100_000 : 1_000_000;
    await using servers = await startBenchServers(context, 'long-run');
    const collector = await servers.startCollector({
      NESTWATCH_RETENTION_LONG: '0d',
      NESTWATCH_STREAM_MAX_BYTES: String(STREAM_BYTES),
    });
    await using publishers = await openPublishers(servers.addresses.natsUrl, 4);
    // The same agents all along: each start of an agent has an account of its own, which may take memory.
    const messages = history({
      nodes: simulatedLabs(200, 'long'),
      template: await readTemplate(),
      samples: total,
      intervalMs: 10_000,
      endUs: systemClock.wallUs(),
      seed: 1,
    });
    const looks: Look[] = [];
    for (let sent = 0; sent < total && !context.signal.aborted; sent += CHUNK) {
      await fill(publishers, next(messages, CHUNK), 1000, context.signal);
      await written(collector.url, sent + CHUNK, context);
      const look = { ...readUsage(collector.child.pid ?? 0), streamBytes: folderSize(servers.natsDir) };
      looks.push(look);
      const residentMiB = Math.round(look.residentBytes / 1024 ** 2);
      context.log.info('messages taken in', { messages: sent + CHUNK, residentMiB });
    }
    // The first quarter is warming up: caches fill, code is compiled.
    const steady = looks.slice(Math.floor(looks.length / 4));
    const [early, late] = [steady.slice(0, steady.length / 2), steady.slice(steady.length / 2)];
    const middle = (part: readonly Look[], key: keyof Look) =>
      quantile(
        part.map((usage) => usage[key]).sort((a, b) => a - b),
        0.5,
      );
    const grown = (key: keyof Look) => middle(late, key) / middle(early, key);
    return {
      figures: [
        { id: 'long-run.messages', what: 'messages taken in', unit: 'count', values: [looks.length * CHUNK] },
        {
          id: 'long-run.rss-growth',
          what: 'resident memory in the second half, of that in the first (after a quarter to warm up)',
          unit: 'ratio',
          values: [grown('residentBytes')],
          budget: { atMost: 1.1 },
        },
        {
          id: 'long-run.files-more',
          what: 'open files in the second half beyond those in the first: connections come and go, a leak only grows',
          unit: 'count',
          values: [middle(late, 'openFiles') - middle(early, 'openFiles')],
          budget: { atMost: 10 },
        },
        {
          id: 'long-run.stream-growth',
          what: `JetStream on disk, as memory (the stream may have ${STREAM_BYTES / 1024 ** 2} MiB)`,
          unit: 'ratio',
          values: [grown('streamBytes')],
          budget: { atMost: 1.1 },
        },
        {
          id: 'long-run.rss',
          what: 'resident memory',
          unit: 'bytes',
          values: steady.map(({ residentBytes }) => residentBytes),
        },
      ],
      absent: [],
    };
  },
};

/** The next items of what goes on after them. */
function* next<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let at = 0; at < count; at += 1) {
    const { value, done } = items.next();
    if (done) return;
    yield value;
  }
}

async function written(url: string, messages: number, { signal }: SectionContext): Promise<void> {
  for (let [last, still] = [-1, 0]; !signal.aborted; ) {
    const [count = 0] = await readCounters(url, 'nestwatch_messages_written_total');
    if (count >= messages) return;
    still = count === last ? still + 1 : 0;
    last = count;
    if (still > 240) throw new Error(`the collector stopped at ${count} of ${messages} messages`);
    await pause(250, signal);
  }
}
