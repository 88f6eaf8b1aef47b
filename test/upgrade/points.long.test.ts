import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import type { Row, TestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { metricOf } from '../faults/support/metrics.ts';
import { wholeLab } from '../faults/support/whole-lab.ts';
import { createUpgradeLab } from './support/upgrade-lab.ts';

/** Made by the clock of a collector, not from messages. */
const OF_THE_CLOCK = [
  ...['nestwatch_delivery', 'nestwatch_topology', 'nestwatch_presence', 'nestwatch_slowdown'],
  ...['nestwatch_alert', 'nestwatch_collector', 'nestwatch_exit_amplification', 'nestwatch_guest_boot'],
  'nestwatch_store',
];
/** Events that a collector makes: a node that is there twice, and one whose place changed. */
const MADE_BY_COLLECTORS = [7, 11];

test('what 0.1.0 wrote stays what it is when a new collector writes the same messages, and the other way round', {
  timeout: 600_000,
}, async () => {
  await using made = await createUpgradeLab();
  const { lab } = made;
  const nats = await connect({ servers: lab.servers.natsUrl });
  const sent = wholeLab({ nodes: 8, intervals: 25, hostile: 0, seed: 15, endUs: Date.now() * 1000 });
  const messages = sent.messages.filter(({ id }) => id !== undefined);
  /** Has one collector take in all messages, as if each had never been sent before. */
  const takeIn = async (version: '0.1.0' | 'new') => {
    const collector = await made.startCollector(version);
    const stream = jetstream(nats, { timeout: 60_000 });
    for (let from = 0; from < messages.length; from += 200) {
      const part = messages.slice(from, from + 200);
      await Promise.all(part.map(({ subject, bytes }) => stream.publish(subject, bytes)));
    }
    const written = () => metricOf(collector.url, 'nestwatch_messages_written_total');
    await waitUntil(async () => (await written()) >= messages.length, { what: 'all messages written' });
    await lab.waitForRows(
      'SELECT count("vs_base") AS "ratios" FROM "nestwatch_benchmark"',
      (rows) => Number(rows[0]?.['ratios']) >= sent.results,
    );
    expect(await metricOf(collector.url, 'nestwatch_messages_dead_total')).toBe(0);
    await made.stop(collector.child);
    return await pointsOf(lab);
  };
  const first = await takeIn('0.1.0');
  expect(first.size).toBeGreaterThanOrEqual(25);
  for (const version of ['new', '0.1.0'] as const) {
    const again = await takeIn(version);
    for (const [measurement, points] of first) {
      const found = again.get(measurement) ?? new Map();
      expect([...found.keys()], `points of ${measurement}, by ${version}`).toEqual([...points.keys()]);
      // A later version may write further fields.
      for (const [key, row] of points) {
        const other = Object.entries(row).filter(
          ([field, value]) => !isAlike(value, found.get(key)?.[field]),
        );
        expect(other, `${measurement} ${key}, by ${version}`).toEqual([]);
      }
    }
  }
  await nats.close();
});

/** A later version keeps five digits of the figures of a sample. */
const ROUNDING = 1e-5;

function isAlike(one: Row[string], other: Row[string] | undefined): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  return Math.abs(one - other) <= ROUNDING * Math.abs(one);
}

/** All points made from messages, by measurement and by tags and time. */
async function pointsOf({ store }: TestLab): Promise<Map<string, Map<string, Row>>> {
  const found = new Map<string, Map<string, Row>>();
  const names = (await store.query('SHOW MEASUREMENTS')).flatMap(({ rows }) =>
    rows.map((row) => String(row['name'])),
  );
  for (const name of names.filter((each) => !OF_THE_CLOCK.includes(each)).sort()) {
    const series = await store.query(`SELECT * FROM "${name}" GROUP BY *`);
    const points = series.flatMap(({ tags, rows }) =>
      rows
        .filter((row) => name !== 'nestwatch_event' || !MADE_BY_COLLECTORS.includes(Number(row['kind'])))
        .map((row): [string, Row] => [JSON.stringify([tags, row['time']]), row]),
    );
    found.set(name, new Map(points.sort(([a], [b]) => a.localeCompare(b))));
  }
  return found;
}
