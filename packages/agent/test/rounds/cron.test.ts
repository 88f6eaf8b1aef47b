import { expect, test } from 'vitest';
import { parseCron } from '../../src/rounds/cron.ts';

test('expressions and time zones that are not valid are named', () => {
  expect(() => parseCron('every day', 'UTC')).toThrow(/"every day" is not a cron expression/);
  expect(() => parseCron('61 * * * *', 'UTC')).toThrow(/"61 \* \* \* \*" is not a cron expression: .*minute/);
  expect(() => parseCron('* * * * *', 'Mars/Olympus')).toThrow(/"Mars\/Olympus" is not a time zone/);
});
