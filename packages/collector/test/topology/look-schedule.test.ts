import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { createLookSchedule } from '../../src/topology/look-schedule.ts';

test('a lab whose look took long rests ten times as long, and no other lab waits for it', () => {
  const clock = testClock();
  const schedule = createLookSchedule(clock);
  expect(schedule.inMs()).toBe(Number.POSITIVE_INFINITY);
  schedule.change('large');
  expect([...schedule.take()]).toEqual(['large']);
  expect([...schedule.take()]).toEqual([]);
  schedule.looked('large', 500_000);
  schedule.change('large');
  expect([[...schedule.take()], schedule.inMs()]).toEqual([[], 5000]);
  clock.forward(1000);
  schedule.change('small');
  expect(schedule.inMs()).toBeLessThanOrEqual(0);
  expect([...schedule.take()]).toEqual(['small']);
  expect(schedule.inMs()).toBe(4000);
  clock.forward(4000);
  expect([...schedule.take()]).toEqual(['large']);
});
