import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DateTimeFormat } from '../../src/rounds/utc-date-time-format.ts';

/** What node-cron asks for. */
const ASKED = {
  ...({ year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' } as const),
  ...({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const),
};

/** As node-cron reads them: numbers, and midnight as 0 where the real one says 24. */
const read = (format: Pick<Intl.DateTimeFormat, 'formatToParts'>, moment: Date) =>
  Object.fromEntries(
    format
      .formatToParts(moment)
      .filter(({ type }) => type !== 'literal')
      .map(({ type, value }) => [
        type,
        type === 'weekday' ? value : Number(value) % (type === 'hour' ? 24 : 1e9),
      ]),
  );

test('a moment has the same parts as the real one gives it in UTC', () => {
  const options = { ...ASKED, timeZone: 'UTC' };
  const [real, ours] = [new Intl.DateTimeFormat('en-US', options), DateTimeFormat('en-US', options)];
  const years = { min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(years), (moment) => {
      expect(read(ours, moment)).toEqual(read(real, moment));
    }),
  );
});

test('other time zones, offsets and zones that do not exist are for the real one', () => {
  const moment = new Date('2026-03-29T00:30:00Z');
  const options = { ...ASKED, timeZone: 'Asia/Kolkata' };
  expect(read(DateTimeFormat('en-US', options), moment)).toMatchObject({
    hour: 6,
    minute: 0,
    weekday: 'Sun',
  });
  const offset = DateTimeFormat('en-US', { timeZone: 'UTC', timeZoneName: 'shortOffset' });
  expect(offset.formatToParts(moment).map(({ type }) => type)).toContain('timeZoneName');
  expect(() => DateTimeFormat('en', { timeZone: 'Mars/Olympus' })).toThrow(RangeError);
});
