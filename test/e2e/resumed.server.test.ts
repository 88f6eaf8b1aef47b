import { readFileSync } from 'node:fs';
import { v1 } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector();
});

afterAll(() => lab?.[Symbol.asyncDispose]());

const stateOf = (pid: number) => /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test('an agent that is suspended ends its run, and begins another one when it is continued', async () => {
  const { pid = 0 } = lab.startAgent({
    lab: 'still',
    node: 'n0',
    interval: '1s',
    'inventory-enabled': 'false',
  });
  const runs = 'SELECT "seq", "boot" FROM nestwatch_report';
  const [first] = await lab.waitForRows(runs, (rows) => rows.length > 2);

  process.kill(pid, 'SIGTSTP');
  await waitUntil(() => stateOf(pid) === 'T', { what: 'the agent that stands still' });
  const stopped = `SELECT "text" FROM nestwatch_event WHERE "kind" = ${v1.Event.Kind.AGENT_STOPPED}`;
  await lab.waitForRows(stopped);

  process.kill(pid, 'SIGCONT');
  const resumed = `SELECT "text" FROM nestwatch_event WHERE "kind" = ${v1.Event.Kind.RESUMED}`;
  const [event] = await lab.waitForRows(resumed);
  expect(event?.['text']).toMatch(/ resumed: it was saved and restored/);
  const second = (rows: readonly Record<string, unknown>[]) =>
    rows.filter(({ boot }) => boot !== first?.['boot']);
  const rows = await lab.waitForRows(runs, (found) => second(found).length > 3);
  expect(new Set(rows.map(({ boot }) => boot)).size).toBe(2);
  for (const run of [second(rows), rows.filter((row) => !second(rows).includes(row))]) {
    const seqs = run.map(({ seq }) => Number(seq));
    expect(new Set(seqs).size).toBe(Math.max(...seqs));
  }
}, 120_000);
