import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { subjects, v1 } from '@nestwatch/proto';
import { createTestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';

const MANY = Number(process.env['NESTWATCH_MANY'] ?? 1_000_000);
const MIB = 1024 ** 2;

/** Free to grow: garbage that was not collected when it was looked, and caches that fill once. */
const SLACK_BYTES = 48 * MIB;

test(`the collector's memory grows by less than ${SLACK_BYTES / MIB} MiB over ${MANY} messages`, {
  timeout: 1_800_000,
}, async () => {
  await using lab = await createTestLab();
  const collector = await lab.startCollector({
    NESTWATCH_STREAM_MAX_BYTES: String(512 * MIB),
    NESTWATCH_STREAM_NODE_MESSAGES: String(MANY),
    NESTWATCH_INGEST_NODE_TIME: '100',
  });
  const connection = await connect({ servers: lab.servers.natsUrl });
  const stream = jetstream(connection);
  const metric = async (name: string) => {
    const text = await (await fetch(`${collector.url}/metrics`)).text();
    const values = text.match(new RegExp(`^${name}(\\{.*\\})? \\S+$`, 'gm')) ?? [];
    return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  const residentBytes: number[] = [];
  const steps = 10;
  for (let sent = 0; sent < MANY; ) {
    const end = Math.min(MANY, sent + MANY / steps);
    while (sent < end) {
      const batch = Array.from({ length: Math.min(500, end - sent) }, () => {
        const seq = Math.floor(sent / 20) + 1;
        const node = `n${sent++ % 20}`;
        const header = {
          lab: 'many',
          node,
          name: node,
          boot: 'b',
          seq,
          wallUs: Date.now() * 1000 + (sent % 1000),
        };
        const bytes = v1.Sample.encode({ header, load: { load1: seq }, memory: { freeBytes: seq } }).finish();
        return stream.publish(subjects.report('many', node, 'sample'), bytes, { timeout: 60_000 });
      });
      await Promise.all(batch);
    }
    await waitUntil(async () => (await metric('nestwatch_messages_written_total')) >= sent, {
      what: `${sent} messages written`,
      limitMs: 600_000,
    });
    residentBytes.push(await metric('process_resident_memory_bytes'));
  }
  await connection.close();
  const shown = residentBytes.map((bytes) => `${Math.round(bytes / MIB)}`).join(', ');
  process.stderr.write(`collector's resident memory, MiB, after each tenth of ${MANY} messages: ${shown}\n`);
  const early = residentBytes[1] ?? 0;
  expect(Math.max(...residentBytes.slice(-3)) - early).toBeLessThan(SLACK_BYTES);
});
