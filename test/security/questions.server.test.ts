import { MOST_A_SECOND } from '@nestwatch/collector/ingest/door';
import { subjects } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test, vi } from 'vitest';
import { reportAsB, useReportingLab } from './reporting-lab.ts';

const reporting = useReportingLab();

const QUESTIONS = 100_000;

/** What nodes ask comes by a connection of its own: behind it, messages and leases would wait until all is answered. */
test('while a node asks for the time 100,000 times, a report of another does not wait for the answers', async () => {
  const { lab, store, keys } = reporting();
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
  await reportAsB(b, store);
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
