import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { catalogue, DEAD_STREAM, v1 } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { metricOf } from './support/metrics.ts';
import { type WholeLab, wholeLab } from './support/whole-lab.ts';

const seed = Number(process.env['NESTWATCH_FAULTS_SEED'] ?? Date.now() % 1_000_000);
const intervals = Number(process.env['NESTWATCH_FAULTS_INTERVALS'] ?? 24);
const COLLECTORS = 3;

/** Made by the clock of a collector, not from messages: when it looked, what it had found and what it had spent until then. */
const OF_THE_CLOCK = [
  'nestwatch_delivery',
  'nestwatch_topology',
  'nestwatch_slowdown',
  'nestwatch_alert',
  'nestwatch_presence',
  'nestwatch_exit_amplification',
  'nestwatch_collector',
  'nestwatch_beyond',
  'nestwatch_store',
];
const figures = ['written', 'duplicates', 'dead', 'gaps', 'lost'] as const;

/** All that came of the messages. */
interface Outcome {
  /** Points of each measurement, one text each, sorted. */
  points: Map<string, string[]>;
  /** Figures of each node's delivery. */
  accounts: string[];
  /** Subject, reason and bytes of each dead letter, sorted. */
  letters: string[];
  /** Messages that each collector wrote. */
  shares: number[];
}

test(`${COLLECTORS} collectors leave the same in InfluxDB as one, point by point (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  const sent = wholeLab({ nodes: 20, intervals, hostile: 200, seed, endUs: Date.now() * 1000 });
  const one = await takeIn(sent, 1);
  const several = await takeIn(sent, COLLECTORS);

  const made = catalogue.filter(({ from }) => from !== undefined).map(({ name }) => name);
  for (const name of [...made, 'nestwatch_report']) {
    expect(one.points.get(name)?.length ?? 0, name).toBeGreaterThan(0);
  }
  expect([...several.points.keys()]).toEqual([...one.points.keys()]);
  for (const [name, points] of one.points) expect(several.points.get(name), name).toEqual(points);
  expect(several.accounts).toEqual(one.accounts);
  expect(several.letters).toEqual(one.letters);

  // Each had a part of the work, so that it is sharing that was tried.
  expect(several.shares.length).toBe(COLLECTORS);
  for (const share of several.shares) expect(share).toBeGreaterThan(0);
  const total = [...one.points.values()].reduce((sum, points) => sum + points.length, 0);
  process.stderr.write(
    `seed ${seed}: ${sent.messages.length} messages, ${total} points in ${one.points.size} measurements, ` +
      `the same from one collector and from ${COLLECTORS} that wrote ${several.shares.join(', ')} messages\n`,
  );
});

/** Sends all messages to a lab of its own with this many collectors, and reads what came of it. */
async function takeIn(sent: WholeLab, collectors: number): Promise<Outcome> {
  await using lab = await createTestLab();
  const urls: string[] = [];
  for (let at = 0; at < collectors; at += 1) {
    // Small batches, so that all get some; never delivered again for being slow, which would count as received twice.
    const env = { NESTWATCH_INGEST_BATCH: '20', NESTWATCH_INGEST_ACK_WAIT: '10m' };
    urls.push((await lab.startCollector(env)).url);
  }
  const connection = await connect({ servers: lab.servers.natsUrl });
  const stream = jetstream(connection, { timeout: 60_000 });
  for (let from = 0; from < sent.messages.length; from += 200) {
    await Promise.all(
      sent.messages
        .slice(from, from + 200)
        .map(({ subject, id, bytes }) =>
          stream.publish(subject, bytes, id === undefined ? {} : { msgID: id }),
        ),
    );
  }
  const sumOf = async (name: string) =>
    (await Promise.all(urls.map((url) => metricOf(url, name)))).reduce((sum, value) => sum + value, 0);
  await waitUntil(async () => (await sumOf('nestwatch_messages_dead_total')) >= sent.hostile, {
    what: `${sent.hostile} dead letters`,
    limitMs: 120_000,
  });
  await lab.waitForRows(
    'SELECT count("seq") AS "reports" FROM "nestwatch_report"',
    (rows) => rows[0]?.['reports'] === sent.reports,
  );
  await lab.waitForRows(
    'SELECT count("vs_base") AS "ratios" FROM "nestwatch_benchmark"',
    (rows) => rows[0]?.['ratios'] === sent.results,
  );
  const accounts = await lab.waitForRows(
    `SELECT ${figures.map((name) => `last("${name}") AS "${name}"`).join(',')} FROM "nestwatch_delivery" GROUP BY "node","run"`,
    (rows) => sum(rows, 'written') === sent.reports && sum(rows, 'duplicates') === sent.repeated,
  );
  const shares = await Promise.all(urls.map((url) => metricOf(url, 'nestwatch_messages_written_total')));
  const manager = await jetstreamManager(connection);
  const letters: string[] = [];
  const { state } = await manager.streams.info(DEAD_STREAM);
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(DEAD_STREAM, { seq });
    if (message === null) continue;
    const letter = v1.DeadLetter.decode(message.data);
    letters.push(`${message.subject} ${letter.reason} ${Buffer.from(letter.payload ?? []).toString('hex')}`);
  }
  await connection.close();
  return {
    points: await pointsOf(lab),
    accounts: accounts.map(({ time: _, ...row }) => JSON.stringify(row)).sort(),
    letters: letters.sort(),
    shares,
  };
}

async function pointsOf({ store }: TestLab): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const names = (await store.query('SHOW MEASUREMENTS')).flatMap(({ rows }) =>
    rows.map((row) => String(row['name'])),
  );
  for (const name of names.filter((each) => !OF_THE_CLOCK.includes(each)).sort()) {
    const series = await store.query(`SELECT * FROM "${name}" GROUP BY *`);
    const points = series.flatMap(({ tags, rows }) => rows.map((row) => JSON.stringify([tags, row])));
    found.set(name, points.sort());
  }
  return found;
}

function sum(rows: readonly Readonly<Record<string, unknown>>[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
}
