import { expect, test } from 'vitest';
import { createPushedOut } from '../../src/ingest/pushed-out.ts';

/** [number of the delivery, number in the stream, which delivery of it] */
type Delivery = readonly [number, number, number?];

function missing(...deliveries: readonly Delivery[]): number[] {
  const pushedOut = createPushedOut();
  return deliveries.map(([deliverySequence, seq, deliveryCount = 1]) =>
    pushedOut({ seq, info: { deliverySequence, deliveryCount } }),
  );
}

test('numbers that the stream no longer had are counted, also around one that came again', () => {
  expect(missing([1, 10], [2, 11], [3, 15], [4, 11, 2], [5, 20])).toEqual([0, 0, 3, 0, 4]);
});

test('what another collector was given is not missing', () => {
  expect(missing([1, 10], [4, 14], [5, 15], [7, 11, 2], [8, 40], [9, 42])).toEqual([0, 0, 0, 0, 0, 1]);
});
