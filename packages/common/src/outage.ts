import { type BackoffOptions, createBackoff } from './backoff.ts';
import { messageOf } from './errors.ts';
import type { Log, LogFields } from './log.ts';

export interface OutageOptions extends Partial<BackoffOptions> {
  readonly log: Log;
  /**
   * Said when something begins to fail, with the error, and again when the text becomes another; each further failure
   * is said at level debug.
   */
  readonly failing: string | ((error: unknown) => string);
  /** Logged at level info when it works again after a logged failure. Absent: nothing is logged. */
  readonly working?: string;
  /** Level of the first failure. Default: warn. */
  readonly level?: 'warn' | 'debug';
  /** True: said again, too, whenever the error's own text becomes another. */
  readonly eachReason?: boolean;
  /** Further fields of these lines. */
  fields?(error?: unknown): LogFields;
}

/**
 * One thing that may fail for a while: when to try it again, and what is logged. People see one line when it begins
 * to fail, and once that it works again. Waiting times: 250 ms to 10 s.
 */
export function createOutage(options: OutageOptions) {
  const { log, failing, working, level = 'warn', eachReason = false, fields = () => ({}) } = options;
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000, ...options });
  let said = '';
  return {
    /**
     * Notes a failure.
     * @returns how long to wait before the next try, ms: longer after each failure in a row
     */
    failed(error: unknown): number {
      const text = typeof failing === 'string' ? failing : failing(error);
      const reason = messageOf(error);
      const news = eachReason ? `${text}: ${reason}` : text;
      log[news === said ? 'debug' : level](text, { ...fields(error), error: reason });
      said = news;
      return backoff.next();
    },
    /** Notes that it works: the next failure begins another outage. */
    worked(): void {
      if (said !== '' && working !== undefined) log.info(working, fields());
      said = '';
      backoff.reset();
    },
  };
}
