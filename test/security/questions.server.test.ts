import { jetstream } from '@nats-io/jetstream';
import { MOST_A_SECOND } from '@nestwatch/collector/ingest/door';
import { subjects, v1 } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createReportingLab, type ReportingLab } from './reporting-lab.ts';

let reporting: ReportingLab;

beforeAll(async () => {
  reporting = await createReportingLab();
});
afterAll(() => reporting?.[Symbol.asyncDispose]());

const QUESTIONS = 100_000;

/** What nodes ask comes by a connection of its own: behind it, messages and leases would wait until all is answered. */
test('while a node asks for the time 100,000 times, a report of another does not wait for the answers', async () => {
  const { lab, store, keys } = reporting;
  const [a, b] = [await lab.connect(keys.a, 'a'), await lab.connect(keys.b, 'b')];
  await vi.waitFor(() => b.request(subjects.sync('lab', 'b')), PATIENT);
  const startedMs = performance.now();
  let [answers, full] = [0, 0];
  a.subscribe('_INBOX.lab.a.>', {
    callback: (_, { data }) => {
      answers += 1;
      if (data.length > 0) full += 1;
    },
  });
  for (let at = 0; at < QUESTIONS; at += 1) {
    a.publish(subjects.sync('lab', 'a'), '', { reply: `_INBOX.lab.a.${at}` });
  }
  await expect.poll(() => answers, PATIENT).toBeGreaterThan(1000);
  const header = { lab: 'lab', node: 'b', name: 'b', boot: 'aaaaaaaa-bbbbbbbb', seq: 1 };
  const sample = v1.Sample.encode({ header: { ...header, wallUs: Date.now() * 1000 } }).finish();
  await jetstream(b).publish(subjects.report('lab', 'b', 'sample'), sample, { timeout: 60_000 });
  const written = async () => {
    const [series] = await store.query(`SELECT "seq" FROM "nestwatch_report" WHERE "node" = 'b'`);
    return series?.rows.length ?? 0;
  };
  await expect.poll(written, { timeout: 100_000, interval: 25 }).toBeGreaterThan(0);
  expect(answers).toBeLessThan(0.9 * QUESTIONS);

  // All are answered, few with more than nothing, and the others with all that they ask for.
  expect((await b.request(subjects.sync('lab', 'b'), '', { timeout: 60_000 })).data.length).toBeGreaterThan(
    0,
  );
  await expect.poll(() => answers, { timeout: 100_000 }).toBe(QUESTIONS);
  const seconds = (performance.now() - startedMs) / 1000;
  expect(full).toBeLessThanOrEqual(MOST_A_SECOND * (seconds + 1));
  const counted = async () => {
    await b.request(subjects.sync('lab', 'b'));
    const [series] = await store.query(
      `SELECT last("count") AS "count" FROM "nestwatch_beyond" WHERE "bound" = 'questions' AND "node" = 'a'`,
    );
    return series?.rows[0]?.['count'];
  };
  await expect.poll(counted, PATIENT).toBe(QUESTIONS - full);
  await Promise.all([a.close(), b.close()]);
});
