import { UsageError } from '@nestwatch/common/errors';
import { createTask, validateDetailed } from 'node-cron';

/** A cron expression in a time zone. */
export interface Cron {
  /** Distance between two moments that may match: a second for expressions with 6 fields, else a minute. */
  readonly stepMs: number;
  /** Whether a moment, ms since 1970, is one of its nominal times. */
  matches(ms: number): boolean;
}

/**
 * node-cron decides what an expression means. Its own timers are not used, because they follow this machine's wall
 * clock, and the nominal times of a lab must be the same moments on all of its machines.
 * @throws UsageError for an expression or a time zone that is not valid.
 */
export function parseCron(expression: string, timeZone: string): Cron {
  const { valid, errors } = validateDetailed(expression);
  if (!valid) {
    const why = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new UsageError(`"${expression}" is not a cron expression: ${why || 'give 5 or 6 fields'}`);
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new UsageError(`"${timeZone}" is not a time zone: give one such as UTC or Europe/Berlin`);
  }
  const task = createTask(expression, () => undefined, { timezone: timeZone });
  return {
    stepMs: expression.trim().split(/\s+/).length === 6 ? 1000 : 60_000,
    matches: (ms) => task.match(new Date(ms)),
  };
}
