import { expect, test } from 'vitest';
import { createLateSteps } from '../../../src/influx/retention/late-steps.ts';

test('steps next to each other come together, up to a number, and stay until they are done', () => {
  const late = createLateSteps();
  for (const step of [20, 8, 7, 6, 5, 3, 2, 4]) late.add(step, 'a');
  expect(late.next()).toEqual([2, 7]);
  expect(late.next()).toEqual([2, 7]);
  late.done([2, 7]);
  expect(late.next()).toEqual([8, 8]);
  late.done([8, 20]);
  expect(late.next()).toBeUndefined();
});

test('who has thousands of them waits for itself only', () => {
  const late = createLateSteps(100);
  const taken = Array.from({ length: 1000 }, (_, at) => late.add(at * 2, 'a'));
  expect(taken.filter(Boolean)).toHaveLength(100);
  late.add(7, 'b');
  late.next();
  expect(late.next()).toEqual([7, 7]);
});
