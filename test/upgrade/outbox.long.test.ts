import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v1 } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caughtUp, expectNothingLostOrDouble } from './support/books.ts';
import { runsOf } from './support/tap.ts';
import { createUpgradeLab, type UpgradeLab, type Version } from './support/upgrade-lab.ts';

/** An agent of one version filled the outbox alone, one of the other reads it. */
const CHANGES: readonly { node: string; filledBy: Version; readBy: Version; ended: NodeJS.Signals }[] = [
  { node: 'top', filledBy: '0.1.0', readBy: 'new', ended: 'SIGTERM' },
  { node: 'middle', filledBy: '0.1.0', readBy: 'new', ended: 'SIGKILL' },
  { node: 'bottom', filledBy: 'new', readBy: '0.1.0', ended: 'SIGTERM' },
];

let made: UpgradeLab;

beforeAll(async () => {
  made = await createUpgradeLab();
  for (const { node, filledBy } of CHANGES) {
    await made.relay(node).cut();
    made.startAgent(filledBy, node, { 'benchmarks-at-start': 'cpu.sha256' });
  }
  // Time for a capability, a benchmark and some samples.
  await sleep(12_000);
  for (const { node, ended } of CHANGES) await made.stopAgent(node, ended);
  await made.startCollector('new');
}, 600_000);
afterAll(() => made?.[Symbol.asyncDispose]());

test.each(CHANGES)(
  'what $filledBy left on the disk of $node at $ended is sent by $readBy, all of it',
  async ({ node, readBy, ended }) => {
    const outbox = join(made.stateOf(node), 'outbox');
    const filled = readdirSync(outbox);
    expect(filled).not.toEqual([]);
    expect(made.tap.passed(node)).toEqual([]);

    made.startAgent(readBy, node);
    await made.relay(node).mend();
    const runs = () => runsOf(made.tap.passed(node));
    await expect.poll(() => runs().size, { timeout: 60_000 }).toBe(2);
    await sleep(2000);
    await caughtUp(made);

    const [earlier] = [...made.tap.passed(node)].sort((a, b) => a.wallUs - b.wallUs);
    const sent = made.tap.passed(node).filter(({ run }) => run === earlier?.run);
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(
      new Set(['sample', 'capability', 'benchmark', 'event']),
    );
    expect(sent.length).toBeGreaterThan(10);
    const last = sent.reduce((a, b) => (a.seq > b.seq ? a : b));
    if (ended === 'SIGTERM') expect(last.body['kind']).toBe(v1.Event.Kind.AGENT_STOPPED);
    await expectNothingLostOrDouble(made);
    // What was written needs no room any more.
    await expect
      .poll(() => readdirSync(outbox).filter((name) => filled.includes(name)), { timeout: 60_000 })
      .toEqual([]);
  },
);
