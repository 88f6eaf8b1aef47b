import type { Log } from '@nestwatch/common/log';
import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import type { AgentMessage } from '../../src/ingest/decode.ts';
import type { IngestMetrics } from '../../src/ingest/metrics.ts';
import { createSelfMetrics } from '../../src/self-metrics/self-metrics.ts';
import { writeSelfMetrics } from '../../src/self-metrics/write-self-metrics.ts';

const NOW_US = 1_700_000_000_000_000;
const QUIET: IngestMetrics = {
  received: () => undefined,
  written: () => undefined,
  dead: () => undefined,
  expired: () => undefined,
  unstorable: () => undefined,
  letterLost: () => undefined,
  influx: () => undefined,
};

const UNTIMED = { lag: () => undefined, wrote: () => undefined, writeFailed: () => undefined };

const standing = () => testClock({ wallUs: NOW_US });

function madeAt(wallUs: number, labUs?: number): AgentMessage {
  return { header: { wallUs, labUs } } as unknown as AgentMessage;
}

test('lag is the time since a message was made, by the estimate of our own clock where there is one', () => {
  const metrics = createSelfMetrics(standing(), UNTIMED);
  const counting = metrics.counting(QUIET);
  for (let at = 0; at < 98; at++) counting.written(madeAt(NOW_US - 200_000), 1);
  counting.written(madeAt(NOW_US - 3600e6, NOW_US - 200_000), 1);
  counting.written(madeAt(NOW_US - 60e6), 1);
  const { lag_median_seconds: middle, lag_p99_seconds: late, lag_max_seconds: latest } = metrics.read();
  expect(Number(middle)).toBeCloseTo(0.2, 2);
  expect(Number(late)).toBeCloseTo(0.2, 2);
  expect(Number(latest) / 60).toBeCloseTo(1, 2);
});

test('counts go on, times begin anew, and where nothing was timed there is no time', async () => {
  const clock = standing();
  const metrics = createSelfMetrics(clock, UNTIMED);
  const counting = metrics.counting(QUIET);
  counting.received(3);
  counting.written(madeAt(NOW_US + 5e6), 1);
  counting.dead('nestwatch.lab.n0.sample');
  const store = metrics.timing({
    writeBytes: async () => clock.forward(40),
  });
  await store.writeBytes(Buffer.from('line'));
  const first = metrics.read();
  expect(first).toMatchObject({ received: 3, written: 1, dead: 1, batches: 1, write_failures: 0 });
  expect(Number(first.write_median_seconds)).toBeCloseTo(0.04, 3);
  // The node's clock is ahead of ours: written at once, not before it was made.
  expect(Number(first.lag_max_seconds)).toBeLessThan(0.001);
  metrics.resetTimes();
  const later = { received: 3, written: 1, dead: 1, expired: 0, batches: 1, write_failures: 0 };
  expect(metrics.read()).toEqual(later);
});

test('a request that InfluxDB refuses is counted, and its error goes on', async () => {
  const metrics = createSelfMetrics(standing(), UNTIMED);
  const store = metrics.timing({ writeBytes: () => Promise.reject(new Error('no room')) });
  await expect(store.writeBytes(Buffer.from('line'))).rejects.toThrow('no room');
  expect(metrics.read()).toMatchObject({ batches: 0, write_failures: 1 });
});

test('what could not be written is told with the next point', async () => {
  const clock = standing();
  const metrics = createSelfMetrics(clock, UNTIMED);
  metrics.counting(QUIET).written(madeAt(NOW_US - 7e6), 1);
  const ended = new AbortController();
  const written: string[] = [];
  let asked = 0;
  const log = { debug: () => undefined } as unknown as Log;
  await writeSelfMetrics(
    {
      metrics,
      clock,
      log,
      name: 'host:9464',
      everyMs: 1,
      state: () => ({ reachesNats: true, readsStream: true, watches: false }),
      readBacklog: async () => 12,
      store: {
        write: async (lines) => {
          asked += 1;
          if (asked === 1) throw new Error('away');
          written.push(...lines);
          if (asked === 3) ended.abort();
        },
      },
    },
    ended.signal,
  );
  const [first = '', second = ''] = written;
  expect(first).toMatch(/^nestwatch_collector,collector=host:9464 /);
  expect(first).toMatch(/[ ,]lag_max_seconds=7\.\d+,/);
  expect(first).toMatch(/,pending=12,.*,reaches_nats=1,reads_stream=1,watches=0,.*,version="\d/);
  expect(second).not.toContain('lag_');
  expect(second).toContain('written=1');
});
