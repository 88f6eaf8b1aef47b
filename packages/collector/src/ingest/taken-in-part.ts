import { countConflicts, type PartialWriteError } from '../influx/partial-write.ts';

/** A message with its lines. */
interface WithLines {
  readonly bytes: Uint8Array;
  /** How many lines these are. */
  readonly lines: number;
  /** Where its points stand, µs since 1970. */
  readonly timeUs: number;
}

/** What became of the messages of a request that InfluxDB took in part. */
export interface Split<M> {
  readonly written: readonly M[];
  readonly expired: readonly M[];
  readonly refused: readonly M[];
}

/**
 * Finds whose points InfluxDB did not take: of those that are older than what it keeps, the oldest messages; of those of
 * another type, the messages that have such a value.
 * @returns undefined where the points that it names cannot be found
 */
export function splitTakenInPart<M extends WithLines>(
  messages: readonly M[],
  { dropped, reason }: PartialWriteError,
): Split<M> | undefined {
  if (reason === 'expired') {
    const expired = new Set(oldest(messages, dropped));
    return { written: messages.filter((each) => !expired.has(each)), expired: [...expired], refused: [] };
  }
  const counts = new Map(messages.map((each) => [each, countConflicts(each.bytes, reason)]));
  const found = [...counts.values()].reduce((sum, count) => sum + count, 0);
  // A field that appears for the first time with two types conflicts with itself.
  if (found !== dropped) return undefined;
  const isAtFault = (each: M) => (counts.get(each) ?? 0) > 0;
  return {
    written: messages.filter((each) => !isAtFault(each)),
    expired: [],
    refused: messages.filter(isAtFault),
  };
}

/** The oldest messages that together have as many points, or a few more. */
function oldest<M extends WithLines>(messages: readonly M[], points: number): M[] {
  const found: M[] = [];
  let left = points;
  for (const message of [...messages].sort((a, b) => a.timeUs - b.timeUs)) {
    if (left <= 0) break;
    left -= message.lines;
    found.push(message);
  }
  return found;
}
