import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { subjects } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

let lab: SecuredLab;
const keys: Record<string, string> = {};
beforeAll(async () => {
  lab = await createSecuredLab();
  for (const node of ['a', 'b']) keys[node] = lab.enroll(node, '--lab', 'lab');
  await lab.reload();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Where a node would like the server to publish for it. */
const TARGETS = [
  subjects.written('lab', 'b'),
  subjects.report('lab', 'b', 'sample'),
  subjects.round('lab'),
  '_INBOX.lab.b.x',
  '$JS.API.STREAM.PURGE.NESTWATCH',
];
/** What servers take as an order, each from the version on that has it: tracing, schedules, rollups, batches, counters. */
const ORDERS: readonly ((target: string) => Record<string, string>)[] = [
  (target) => ({ 'Nats-Trace-Dest': target }),
  (target) => ({ 'Nats-Trace-Dest': target, 'Nats-Trace-Only': 'true' }),
  (target) => ({ 'Nats-Schedule': '@at 2020-01-01T00:00:00Z', 'Nats-Schedule-Target': target }),
  () => ({ 'Nats-Rollup': 'all' }),
  () => ({ 'Nats-Batch-Id': 'x', 'Nats-Batch-Sequence': '1', 'Nats-Batch-Commit': '1' }),
  () => ({ 'Nats-Incr': '+1' }),
];

test('headers that a server takes as orders bring nothing of a node to others, and take nothing from the stream', async () => {
  const [a, b] = [await lab.connect(keys['a'] ?? '', 'a'), await lab.connect(keys['b'] ?? '', 'b')];
  const collector = await lab.connect(join(lab.dir, '--collector.nk'));
  const manager = await jetstreamManager(collector);
  await manager.streams.add({ name: 'NESTWATCH', subjects: ['nestwatch.*.*.sample'] });
  await jetstream(b).publish(subjects.report('lab', 'b', 'sample'), 'of b');

  const atOthers: string[] = [];
  const note = (subject: string) => {
    if (!subject.startsWith('nestwatch.lab.a.')) atOthers.push(subject);
  };
  for (const subject of [subjects.written('lab', 'b'), subjects.round('lab'), '_INBOX.lab.b.>']) {
    b.subscribe(subject, { callback: (_, message) => note(message.subject) });
  }
  collector.subscribe('nestwatch.>', { callback: (_, message) => note(message.subject) });
  await Promise.all([b.flush(), collector.flush()]);
  // They do hear what is said to them.
  collector.publish(subjects.written('lab', 'b'));
  await expect.poll(() => atOthers.splice(0)).toEqual([TARGETS[0], TARGETS[0]]);

  const own = subjects.report('lab', 'a', 'sample');
  for (const order of ORDERS) {
    for (const target of TARGETS) {
      const ordered = headers();
      for (const [name, value] of Object.entries(order(target))) ordered.set(name, value);
      a.publish(own, 'x', { headers: ordered });
    }
  }
  // What comes after them has been handled when they have.
  await jetstream(a).publish(own, 'last');
  await Promise.all([b.flush(), collector.flush()]);
  expect(atOthers).toEqual([]);
  const { state } = await manager.streams.info('NESTWATCH', { subjects_filter: '>' });
  expect(state.subjects?.[subjects.report('lab', 'b', 'sample')]).toBe(1);
  await Promise.all([a, b, collector].map((each) => each.close()));
});
