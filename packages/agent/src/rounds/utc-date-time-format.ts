const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const digits = (value: number) => String(value).padStart(2, '0');

/**
 * Stands in for `Intl.DateTimeFormat` in the agent, as `scripts/build.mjs` arranges it: node-cron takes a moment apart with
 * it, and at its first use 5 MiB of the data of ICU become resident and stay. In UTC, where schedules are by default, a
 * Date knows all that is asked for; whatever else is asked goes to the real one.
 */
export function DateTimeFormat(
  locale: string | undefined,
  options: Intl.DateTimeFormatOptions = {},
): Pick<Intl.DateTimeFormat, 'formatToParts'> {
  const { timeZone, timeZoneName } = options;
  if (timeZone !== 'UTC' || timeZoneName !== undefined) {
    return new globalThis.Intl.DateTimeFormat(locale, options);
  }
  return { formatToParts: partsOf };
}

/** The parts that node-cron reads, as the real one names them for the locale en-US. */
function partsOf(moment: Date | number = Date.now()): Intl.DateTimeFormatPart[] {
  const date = new Date(moment);
  return [
    { type: 'weekday', value: WEEKDAYS[date.getUTCDay()] ?? '' },
    { type: 'month', value: digits(date.getUTCMonth() + 1) },
    { type: 'day', value: digits(date.getUTCDate()) },
    { type: 'year', value: String(date.getUTCFullYear()) },
    { type: 'hour', value: digits(date.getUTCHours()) },
    { type: 'minute', value: digits(date.getUTCMinutes()) },
    { type: 'second', value: digits(date.getUTCSeconds()) },
  ];
}
