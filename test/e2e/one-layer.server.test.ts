import { readFileSync } from 'node:fs';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DEAD_STREAM, subjects, v1 } from '@nestwatch/proto';
import { createTestLab, type Row, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';

const SHARES = [
  ...['user_ratio', 'nice_ratio', 'system_ratio', 'idle_ratio', 'iowait_ratio'],
  ...['irq_ratio', 'softirq_ratio', 'steal_ratio', 'guest_ratio', 'guest_nice_ratio'],
];

let lab: TestLab;
let nats: NatsConnection;
let collectorUrl: string;

beforeAll(async () => {
  lab = await createTestLab();
  collectorUrl = (await lab.startCollector()).url;
  lab.startAgent({
    lab: 'e2e',
    node: 'n0',
    name: 'host-under-test',
    layer: '0',
    interval: '1s',
    'benchmarks-at-start': 'cpu.sha256',
  });
  nats = await connect({ servers: lab.servers.natsUrl });
});

afterAll(async () => {
  await nats?.close();
  await lab?.[Symbol.asyncDispose]();
});

test('a capability report of this machine is in InfluxDB, with the kernel it really runs', async () => {
  const rows = await waitForWhole('nestwatch_capability', ['cpus', 'kernel']);
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  expect(rows.at(-1)).toMatchObject({ lab: 'e2e', node: 'n0', name: 'host-under-test', layer: '0', kernel });
  expect(rows.at(-1)?.['cpus']).toBeGreaterThan(0);
});

test('what is known of its kernel, and what mitigations cost, is stored and on its page', async () => {
  const [told] = (await waitForWhole('nestwatch_capability', ['open_escapes', 'open_issues'])).slice(-1);
  expect(told?.['open_escapes']).toMatch(/^(none|unknown|CVE-\d+-\d+( CVE-\d+-\d+)*)$/);
  expect(told?.['nesting_mitigated']).toBe(0);
  const facts = await lab.waitForRows('SELECT "fact", value FROM nestwatch_fact');
  const factIn = (fact: string) => facts.find((row) => row['fact'] === fact)?.['value'];
  expect(factIn('known_issues.list')).toMatch(/^built in, of \d{4}-\d\d-\d\d$/);
  expect(factIn('kernel.distribution')).toMatch(/^[a-z0-9.-]+$/);
  const page = await (await fetch(`${collectorUrl}/lab/e2e/node/n0`)).text();
  expect(page).toContain('<h2>Known issues</h2>');
  expect(page).toContain('List: built in, of ');
});

test('samples arrive at every interval, and the shares of CPU time add up to 1', async () => {
  const rows = await waitForWhole('nestwatch_cpu_time', SHARES, 3);
  for (const row of rows) {
    const sum = SHARES.reduce((total, share) => total + Number(row[share]), 0);
    expect(sum).toBeCloseTo(1, 2);
  }
});

test('a benchmark result arrives with its unit and time', async () => {
  const rows = await waitForWhole('nestwatch_benchmark', ['unit', 'outcome', 'seconds_per_unit']);
  const result = rows.find((row) => row['benchmark'] === 'cpu.sha256');
  expect(result).toMatchObject({ unit: 'byte', outcome: 1 });
  expect(result?.['seconds_per_unit']).toBeGreaterThan(0);
});

test('a message that does not decode goes to the dead letters with the reason, and intake goes on', async () => {
  const subject = subjects.report('e2e', 'n0', 'sample');
  await jetstream(nats).publish(subject, new Uint8Array([255, 255, 255]));
  const wrongNode = v1.Event.encode({ header: { lab: 'e2e', node: 'other', boot: 'b', seq: 1, wallUs: 1 } });
  await jetstream(nats).publish(subjects.report('e2e', 'n0', 'event'), wrongNode.finish());

  const letters: string[] = [];
  const consumer = await jetstream(nats).consumers.get(DEAD_STREAM);
  for await (const message of await consumer.fetch({ max_messages: 2, expires: 90_000 })) {
    letters.push(v1.DeadLetter.decode(message.data).reason);
  }
  expect(letters.sort()).toEqual([
    expect.stringMatching(/header field node is "other", allowed is n0/),
    expect.stringMatching(/not a valid sample message/),
  ]);
  // A dead letter is counted a moment after it is there.
  const metrics = async () => (await fetch(`${collectorUrl}/metrics`)).text();
  await expect.poll(metrics, { timeout: 60_000 }).toMatch(/nestwatch_messages_dead_total\{kind="sample"\} 1/);
});

test('while InfluxDB is away nothing is lost, and when it is back the rest is caught up', async () => {
  await stop('influxd');
  await waitUntil(async () => !(await fetch(`${collectorUrl}/healthz`)).ok, {
    what: 'a collector that says it is not healthy',
  });
  // What was read a moment ago is shown for a moment.
  const page = async () => {
    const answer = await fetch(`${collectorUrl}/`);
    return `${answer.status} ${await answer.text()}`;
  };
  await expect.poll(page, { timeout: 60_000 }).toMatch(/^503 [\s\S]*InfluxDB cannot be read now/);
  await lab.startInflux();
  await expectNoGapAfter(3);
});

test('while NATS is away the agent keeps its reports, and sends them when it is back', async () => {
  await stop('nats-server');
  await waitUntil(
    async () => (await (await fetch(`${collectorUrl}/healthz`)).text()).includes('"nats":false'),
    {
      what: 'a collector that says that NATS is away',
    },
  );
  await lab.startNats();
  await expectNoGapAfter(3);
});

/** Waits for this many points; InfluxDB may show the fields of one that is being written one after the other. */
function waitForWhole(measurement: string, fields: readonly string[], count = 1): Promise<Row[]> {
  const isWholeRow = (row: Row) => fields.every((field) => (row[field] ?? null) !== null);
  const enough = (found: readonly Row[]) => found.length >= count && found.every(isWholeRow);
  return lab.waitForRows(`SELECT * FROM ${measurement}`, enough);
}

/** Every sequence number from 1 on is in InfluxDB, up to some that were made after this call. */
async function expectNoGapAfter(further: number): Promise<void> {
  const query = "SELECT seq FROM nestwatch_report WHERE lab = 'e2e' AND node = 'n0'";
  const before = (await lab.store.query(query)).flatMap((series) => series.rows).length;
  const rows = await lab.waitForRows(query, (found) => found.length >= before + further && isWhole(found));
  expect(isWhole(rows)).toBe(true);
}

function isWhole(rows: readonly { readonly [column: string]: unknown }[]): boolean {
  const seqs = new Set(rows.map((row) => Number(row['seq'])));
  return seqs.size === Math.max(...seqs);
}

async function stop(name: string): Promise<void> {
  const pids = JSON.parse(readFileSync(`${lab.dir}/processes.json`, 'utf8')) as {
    name: string;
    pid: number;
  }[];
  const pid = pids.findLast((entry) => entry.name === name)?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitUntil(() => !exists(pid), { what: `the end of ${name}` });
}

function exists(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
}
