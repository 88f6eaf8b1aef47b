import { PermanentError } from '@nestwatch/common/errors';

/** A value of another type than its field has. */
export interface Conflict {
  readonly measurement: string;
  readonly field: string;
  /** The type that was sent: "float", "integer", "string", "boolean". */
  readonly type: string;
}

/** InfluxDB took a request but for some of its points: the others are written. */
export class PartialWriteError extends PermanentError {
  /** How many points it did not take. */
  readonly dropped: number;
  /** What is wrong with them; "expired" are those older than what it keeps. */
  readonly reason: 'expired' | Conflict;

  constructor(message: string, { dropped, reason, cause }: Partial & { cause?: unknown }) {
    super(message, { cause });
    this.dropped = dropped;
    this.reason = reason;
  }
}

export interface Partial {
  readonly dropped: number;
  readonly reason: PartialWriteError['reason'];
}

/** Of 2.x, and of 1.x. */
const EXPIRED = [
  /partial write: dropped (\d+) points outside retention policy/,
  /partial write: points beyond retention policy dropped=(\d+)/,
];
const CONFLICT =
  /partial write: field type conflict: input field "(.+)" on measurement "(.+)" is type (\w+), already exists as type \w+ dropped=(\d+)/;

/**
 * What InfluxDB 1.x or 2.x says of a write that it took in part.
 * Source: points_writer.go and shard.go of InfluxDB, seen on 1.6.7, 2.7.12 and 2.9.1.
 */
export function parsePartialWrite(said: string): Partial | undefined {
  for (const pattern of EXPIRED) {
    const dropped = pattern.exec(said)?.[1];
    if (dropped !== undefined) return { dropped: Number(dropped), reason: 'expired' };
  }
  const [, field, measurement, type, dropped] = CONFLICT.exec(said) ?? [];
  if (field === undefined || measurement === undefined || type === undefined) return undefined;
  return { dropped: Number(dropped), reason: { measurement, field, type } };
}

/** How many lines have a value as a conflict names it. */
export function countConflicts(lines: Uint8Array, { measurement, field, type }: Conflict): number {
  const starts = new RegExp(`^${escaped(measurement)}[, ]`);
  const has = new RegExp(`[ ,]${escaped(field)}=${VALUES[type] ?? '(?!)'}`);
  return Buffer.from(lines)
    .toString('utf8')
    .split('\n')
    .filter((line) => starts.test(line) && has.test(line)).length;
}

/** How line protocol writes values of each type, to the end. */
const END = '(?=[, ])';
const VALUES: Readonly<Record<string, string>> = {
  string: '"',
  integer: `-?\\d+i${END}`,
  unsigned: `\\d+u${END}`,
  boolean: `(?:t|T|true|True|TRUE|f|F|false|False|FALSE)${END}`,
  float: `[-+]?[\\d.]+(?:[eE][-+]?\\d+)?${END}`,
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
