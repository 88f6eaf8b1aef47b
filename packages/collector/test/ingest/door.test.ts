import type { Msg } from '@nats-io/transport-node';
import { expect, test, vi } from 'vitest';
import { createDoor, MOST_A_SECOND } from '../../src/ingest/door.ts';

const respond = vi.fn<() => boolean>();
const question = (node: string, kind = 'sync') =>
  ({ subject: `nestwatch.lab.${node}.${kind}`, reply: '_R_.x', respond }) as unknown as Msg;

test('a node that asks too often gets empty answers, until the second is over, and others go on', () => {
  let nowUs = 0;
  const onBeyond = vi.fn<(lab: string, node: string, count: number) => void>();
  const door = createDoor({ clock: { monoUs: () => nowUs }, onBeyond });
  const admitted = (node: string, kind: string, count: number) =>
    Array.from({ length: count }, () => door(question(node, kind))).filter(Boolean).length;
  expect(admitted('a', 'sync', 5000)).toBe(MOST_A_SECOND);
  expect(respond.mock.calls).toEqual(Array(5000 - MOST_A_SECOND).fill([]));
  expect(admitted('b', 'sync', 4)).toBe(4);
  // What it asks of another kind has a share of its own.
  expect(admitted('a', 'turn', 1)).toBe(1);
  expect(onBeyond).not.toHaveBeenCalled();
  nowUs = 1_000_000;
  expect(admitted('a', 'sync', 1)).toBe(1);
  expect(onBeyond.mock.calls).toEqual([['lab', 'a', 5000 - MOST_A_SECOND]]);
});
