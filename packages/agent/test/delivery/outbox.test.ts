import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { includes, rangesOf, subtract, union } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outbox } from '../../src/delivery/outbox.ts';
import { DAY_MS, droppedBy, held, open, outboxClock, recordingLog, send } from './support.ts';

const text = (value: string) => Buffer.from(value);

test('keeps what is not confirmed over a restart, byte for byte, whatever its lane', async () => {
  const dir = temporaryFolder('outbox');
  const first = await open(dir);
  const kinds: Kind[] = ['event', 'capability', 'sample', 'benchmark', 'sample'];
  for (const [at, kind] of kinds.entries()) await first.append(kind, at + 1, text(`message ${at + 1}`));
  await first.close();

  const second = await open(dir, { runId: 'boot-2' });
  const found = await Promise.all(
    [...second.pending()].map(async (entry) => `${entry.seq} ${entry.kind} ${await second.read(entry)}`),
  );
  expect(found.sort()).toEqual(kinds.map((kind, at) => `${at + 1} ${kind} message ${at + 1}`));
  expect(second.runIds()).toEqual(['boot-1']);
  await second.close();
});

test('an outbox that version 0.1.0 filled is read, and goes on', async () => {
  const dir = temporaryFolder('outbox');
  cpSync(join(import.meta.dirname, '../fixtures/outbox-0.1.0'), dir, { recursive: true });
  const [first, second] = ['0a1b2c3d-00000001', '0a1b2c3d-00000002'];
  const { lines, log } = recordingLog();
  const outbox = await open(dir, { runId: '0a1b2c3d-00000003', log });
  const found = await Promise.all(
    [...outbox.pending()].map(
      async (entry) => `${entry.runId} ${entry.seq} ${entry.kind} ${(await outbox.read(entry))?.toString()}`,
    ),
  );
  expect(found).toEqual([
    `${first} 2 capability capability`,
    `${first} 4 benchmark benchmark`,
    `${first} 5 event event`,
    `${first} 3 sample sample 3`,
    `${second} 1 sample ${Buffer.from([0, 255, 78, 87, 79, 66])}`,
  ]);
  expect(outbox.undeclared()).toEqual([{ runId: first, ranges: [[1, 1]] }]);
  expect(lines.join('')).not.toContain('damage');
  expect(Math.min(...[...outbox.pending()].map(({ wallUs }) => wallUs))).toBe(1_700_007_200_000_000);
  await outbox.append('sample', 1, text('new'));
  expect(outbox.confirm(first, [[2, 5]])).toBe(4);
  expect(held(outbox)).toEqual([`${second}/1`, '0a1b2c3d-00000003/1']);
  expect(readdirSync(dir)).toContain('0000000005-samples.seg');
  await outbox.close();
});

test('frees by range, and deletes files in which nothing is left', async () => {
  const dir = temporaryFolder('outbox');
  const outbox = await open(dir);
  for (let seq = 1; seq <= 10; seq++) await outbox.append('sample', seq, text('x'));
  send(outbox);
  expect(
    outbox.confirm('boot-1', [
      [1, 3],
      [5, 5],
    ]),
  ).toBe(4);
  expect(outbox.confirm('boot-1', [[1, 3]])).toBe(0);
  expect(outbox.confirm('another', [[1, 10]])).toBe(0);
  expect(held(outbox)).toEqual([4, 6, 7, 8, 9, 10].map((seq) => `boot-1/${seq}`));
  outbox.confirm('boot-1', [[1, 10]]);
  await outbox.close();
  expect(readdirSync(dir)).toEqual([]);
});

test('a message that was never sent is not freed: the confirmation is of another time line', async () => {
  const outbox = await open(temporaryFolder('outbox'));
  const entry = await outbox.append('sample', 1, text('x'));
  expect(outbox.confirm('boot-1', [[1, 1]])).toBe(0);
  entry.sentMs = 5;
  expect(outbox.confirm('boot-1', [[1, 1]])).toBe(1);
  await outbox.close();
});

test('a torn last write costs the torn message only, and nothing is appended behind it', async () => {
  const dir = temporaryFolder('outbox');
  const first = await open(dir);
  for (let seq = 1; seq <= 3; seq++) await first.append('sample', seq, text('y'.repeat(100)));
  const file = join(dir, readdirSync(dir)[0] ?? '');
  truncateSync(file, statSync(file).size - 7);

  const { lines, log } = recordingLog();
  const second = await open(dir, { runId: 'boot-2', log });
  expect(held(second)).toEqual(['boot-1/1', 'boot-1/2']);
  expect(lines.join('')).toMatch(/outbox was damaged.* damagedBytes=[1-9]/);
  await second.append('sample', 1, text('z'));
  expect(held(second)).toEqual(['boot-1/1', 'boot-1/2', 'boot-2/1']);
  await second.close();
});

test('zeros at the end of a file, as a power failure leaves them, and foreign files do no harm', async () => {
  const dir = temporaryFolder('outbox');
  const first = await open(dir);
  await first.append('sample', 1, text('one'));
  appendFileSync(join(dir, readdirSync(dir)[0] ?? ''), Buffer.alloc(4096));
  writeFileSync(join(dir, 'notes.txt'), 'not ours');
  writeFileSync(join(dir, '0000000009-samples.seg'), Buffer.alloc(100));
  const second = await open(dir, { runId: 'boot-2' });
  expect(held(second)).toEqual(['boot-1/1']);
  expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('not ours');
  await second.append('sample', 1, text('two'));
  expect(readdirSync(dir)).toContain('0000000010-samples.seg');
  await second.close();
});

test('over its size it drops the oldest samples, and results only when no sample is left', async () => {
  const dir = temporaryFolder('outbox');
  const maxBytes = 128 * 1024;
  const outbox = await open(dir, { maxBytes });
  let seq = 0;
  for (let each = 0; each < 4; each++) await outbox.append('benchmark', ++seq, text('b'.repeat(1000)));
  for (let each = 0; each < 300; each++) await outbox.append('sample', ++seq, text('s'.repeat(1000)));
  const diskBytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
  expect(diskBytes).toBeLessThanOrEqual(maxBytes);
  expect([...outbox.pending()].filter((entry) => entry.kind === 'benchmark').length).toBe(4);

  // Every number is either held or noted as dropped, and the dropped ones are the oldest samples.
  const dropped = droppedBy(outbox);
  const samples = [...outbox.pending()].filter((entry) => entry.kind === 'sample').map((entry) => entry.seq);
  expect(dropped).toEqual([[5, Math.min(...samples) - 1]]);
  expect(samples.at(-1)).toBe(seq);

  for (let each = 0; each < 300; each++) await outbox.append('event', ++seq, text('e'.repeat(1000)));
  expect(includes(droppedBy(outbox), 1)).toBe(true);
  expect([...outbox.pending()].every((entry) => entry.kind !== 'sample')).toBe(true);
  await outbox.close();
});

test('over its age it drops, and tells of a drop until it was declared, even over a restart', async () => {
  const dir = temporaryFolder('outbox');
  const clock = outboxClock();
  const first = await open(dir, { clock, maxAgeMs: 7 * DAY_MS });
  await first.append('sample', 1, text('old'));
  clock.forward(8 * DAY_MS);
  await first.append('event', 2, text('new'));
  await first.maintain();
  expect(held(first)).toEqual(['boot-1/2']);
  expect(first.undeclared()).toEqual([{ runId: 'boot-1', ranges: [[1, 1]] }]);

  const second = await open(dir, { clock, runId: 'boot-2', maxAgeMs: 7 * DAY_MS });
  const drops = second.undeclared();
  expect(drops).toEqual([{ runId: 'boot-1', ranges: [[1, 1]] }]);
  second.declared(drops);
  expect(second.undeclared()).toEqual([]);
  second.confirm('boot-1', [[2, 2]]);
  await second.close();
  expect(readdirSync(dir)).toEqual([]);
});

test('whatever happens in whatever order, every number is held, confirmed or noted as dropped', async () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('sample', 'event').map((kind) => ({ do: 'append', kind }) as const),
    },
    { weight: 2, arbitrary: fc.nat().map((upTo) => ({ do: 'confirm', upTo }) as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'crash' } as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'age' } as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const dir = temporaryFolder('outbox');
      const clock = outboxClock();
      const settings = { clock, maxBytes: 20 * 1024, maxAgeMs: 100_000 };
      let run = 1;
      let outbox = await open(dir, { ...settings, runId: `boot-${run}` });
      const assigned = new Map<string, number>();
      const confirmed = new Map<string, number[]>();
      for (const each of actions) {
        const runId = `boot-${run}`;
        const seq = assigned.get(runId) ?? 0;
        switch (each.do) {
          case 'append':
            assigned.set(runId, seq + 1);
            await outbox.append(each.kind, seq + 1, text('m'.repeat(900)));
            break;
          case 'confirm': {
            send(outbox);
            const upTo = seq === 0 ? 0 : each.upTo % (seq + 1);
            confirmed.set(runId, [...(confirmed.get(runId) ?? []), ...numbersTo(upTo)]);
            outbox.confirm(runId, [[1, upTo]]);
            break;
          }
          case 'age':
            clock.forward(60_000);
            await outbox.maintain();
            break;
          case 'crash':
            outbox = await open(dir, { ...settings, runId: `boot-${++run}` });
        }
      }
      for (const [boot, highest] of assigned) {
        const accounted = union(rangesOf(confirmed.get(boot) ?? []), ...keptOrDropped(outbox, boot));
        expect(subtract([[1, highest]], accounted)).toEqual([]);
      }
      await outbox.close();
    }),
    { numRuns: 60 },
  );
});

/** What the outbox has of a run, and what it says that it let go. */
function keptOrDropped(outbox: Outbox, runId: string) {
  const kept = [...outbox.pending()].filter((entry) => entry.runId === runId);
  const dropped = outbox.undeclared().filter((note) => note.runId === runId);
  return [rangesOf(kept.map((entry) => entry.seq)), ...dropped.map((note) => note.ranges)];
}

function numbersTo(upTo: number): number[] {
  return Array.from({ length: upTo }, (_, index) => index + 1);
}
