import { expect, test } from 'vitest';
import { parseInstallCommand, parseSchedules } from '../../src/rounds/config-structures.ts';

test('an install command is checked', () => {
  expect(parseInstallCommand({ command: ['virt-install', '-n', 'x'], limit: '30m' })).toEqual({
    command: ['virt-install', '-n', 'x'],
    success: [],
    cleanup: [],
    limitMs: 1_800_000,
  });
  expect(() => parseInstallCommand({ command: 'virt-install -n x' })).toThrow(/list of words/);
  expect(() => parseInstallCommand({ command: ['x'], clean: [] })).toThrow(/unknown member clean/);
  expect(() => parseInstallCommand({})).toThrow(/command must be/);
});

test.each([
  [{}, /list of schedules/],
  [[{}], /schedule 1: .*cron/],
  [[{ cron: '* * * * *' }, { cron: '* * * * *', size: 'big' }], /schedule 2: .*size/],
  [[{ cron: '* * * * *', jitter: 5 }], /jitter/],
  [[{ cron: '* * * * *', command: 'x' }], /unknown member command/],
])('%j is refused', (given, reason) => {
  expect(() => parseSchedules(given)).toThrow(reason);
});
