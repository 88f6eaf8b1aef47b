import { expect, test } from 'vitest';
import { decideRetention } from '../../../src/influx/retention/ownership.ts';

const DAY_MS = 86_400_000;
const days = (count: number | undefined) => (count === undefined ? undefined : count * DAY_MS);

/** In days: what the server keeps, what the mark says, what is wanted. */
function decide(
  [keeps, marked, wanted]: [number, number | undefined, number],
  { adopt = false, others = [] as string[] } = {},
) {
  const kept = { name: 'labs', keepsMs: keeps * DAY_MS, markedMs: days(marked), others };
  return decideRetention(kept, wanted * DAY_MS, adopt);
}

test('what nestwatch made gets the time that is configured, and the mark follows', () => {
  expect(decide([0, 0, 30])).toEqual({ setMs: days(30), markMs: days(30) });
  expect(decide([30, 30, 7])).toEqual({ setMs: days(7), markMs: days(7) });
  expect(decide([30, 30, 30])).toEqual({});
  // It was set, and the mark not yet written.
  expect(decide([7, 30, 7])).toEqual({ markMs: days(7) });
});

test('what was there before is left as it is, with one way out', () => {
  expect(decide([0, undefined, 30])).toEqual({
    warning:
      '"labs" was there before nestwatch: it still keeps points for ever; with "retention.adopt: true" nestwatch keeps them for 30d',
  });
  expect(decide([30, undefined, 30])).toEqual({});
  expect(decide([0, undefined, 30], { adopt: true })).toEqual({ setMs: days(30), markMs: days(30) });
  expect(decide([30, undefined, 30], { adopt: true })).toEqual({ markMs: days(30) });
});

test('what somebody changed since is not changed back', () => {
  expect(decide([90, 30, 30]).setMs).toBeUndefined();
  expect(decide([90, 30, 30]).warning).toMatch(/was changed by somebody else \(nestwatch had set for 30d\)/);
  expect(decide([0, 30, 30]).warning).toMatch(/still keeps points for ever/);
  expect(decide([90, 30, 30], { adopt: true })).toEqual({ setMs: days(30), markMs: days(30) });
});

test('where others write too nothing is deleted, whatever is configured', () => {
  const others = ['sales', 'stock', 'a', 'b'];
  expect(decide([30, 30, 30], { others })).toMatchObject({ setMs: 0, markMs: 0 });
  expect(decide([30, 30, 30], { others }).warning).toMatch(/sales, stock, a and 1 more/);
  for (const adopt of [false, true]) {
    expect(decide([0, undefined, 30], { others, adopt })).toEqual({
      warning: expect.stringMatching(
        /holds measurements of others .* left as it is: it keeps points for ever/,
      ),
    });
    expect(decide([0, 0, 30], { others, adopt }).setMs).toBeUndefined();
  }
  // A rule of somebody else's is theirs.
  expect(decide([90, undefined, 30], { others }).setMs).toBeUndefined();
  expect(decide([90, 30, 30], { others }).setMs).toBeUndefined();
});

test('without a time that is wanted nothing is said or done, but a rule of ours that would delete is lifted', () => {
  expect(decide([30, undefined, 0], { others: ['sales'] })).toEqual({});
  expect(decide([30, undefined, 0])).toEqual({});
  expect(decide([30, 30, 0])).toEqual({});
  expect(decide([30, 30, 0], { others: ['sales'] })).toMatchObject({ setMs: 0, markMs: 0 });
});
