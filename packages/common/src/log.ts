import { messageOf } from './errors.ts';
import { escaped } from './harmless.ts';
import { redact } from './redact.ts';

/** Where programs say what they do. Libraries are given one; they never write to the console. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  level: LogLevel;
  format: 'text' | 'json';
  write(line: string): void;
  /** ms since 1970. Absent where the journal adds the time itself. */
  now?: () => number;
}

/**
 * A log of one line for each message: `level message key=value …`, or the same as JSON. Passwords of addresses are
 * masked, and what would do something on a terminal is written out.
 */
export function createLog(options: LogOptions): Log {
  const emit =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(options.level)) return;
      const time = options.now === undefined ? undefined : new Date(options.now()).toISOString();
      const line =
        options.format === 'json'
          ? JSON.stringify({ time, level, message, ...fields })
          : [time, level.padEnd(5), message, ...Object.entries(fields).map(pair)].filter(Boolean).join(' ');
      options.write(`${escaped(redact(line))}\n`);
    };
  return {
    debug: emit('debug'),
    info: emit('info'),
    warn: emit('warn'),
    error: emit('error'),
  };
}

/** For what may fail without stopping anything: says that it did, with the reason, and gives undefined. */
export function saying(say: Log['warn'], text: string, fields?: LogFields): (error: unknown) => undefined {
  return (error) => void say(text, { ...fields, error: messageOf(error) });
}

/** Says nothing; for tests and for callers that do not care. */
export const silentLog: Log = createLog({ level: 'silent', format: 'text', write: () => undefined });

function pair([key, value]: [string, unknown]): string {
  if (value === undefined) return '';
  const text = String(value);
  return `${key}=${/[\s="]/.test(text) ? JSON.stringify(text) : text}`;
}
