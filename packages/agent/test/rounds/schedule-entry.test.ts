import { expect, test } from 'vitest';
import { parseSchedules } from '../../src/rounds/schedule-entry.ts';

test.each([
  [{}, /list of schedules/],
  [[{}], /schedule 1: .*cron/],
  [[{ cron: '* * * * *' }, { cron: '* * * * *', size: 'big' }], /schedule 2: .*size/],
  [[{ cron: '* * * * *', jitter: 5 }], /jitter/],
  [[{ cron: '* * * * *', command: 'x' }], /command is not known/],
])('%j is refused', (given, reason) => {
  expect(() => parseSchedules(given)).toThrow(reason);
});
