import { PermanentError } from '@nestwatch/common/errors';
import { LONGEST_SERIES } from './series-hash.ts';

/** Lines, and their bytes together. */
export interface Extent {
  readonly bytes: number;
  readonly lines: number;
}

export const NO_BOUND: Extent = { bytes: Number.POSITIVE_INFINITY, lines: Number.POSITIVE_INFINITY };

/** What may be added to the lines that there are. */
export function createLineBounds() {
  let allowed = NO_BOUND;
  let most = NO_BOUND;
  let begun = 0;
  return {
    allow(from: Extent, more: Extent): void {
      allowed = more;
      begun = 0;
      most = { bytes: from.bytes + more.bytes, lines: from.lines + more.lines };
    },
    /** A line is begun. One that has no fields costs as much. @throws PermanentError when it is one too many */
    start(): void {
      if (++begun > allowed.lines) throw beyond('more lines', `${allowed.lines}`);
    },
    /** @param tagBytes of the line that was added last @throws PermanentError when it is beyond what was allowed */
    check(bytes: number, lines: number, tagBytes: number): void {
      if (lines > most.lines) throw beyond('more lines', `${allowed.lines}`);
      if (bytes > most.bytes) throw beyond('larger lines', `${allowed.bytes} bytes`);
      if (tagBytes > LONGEST_SERIES) throw beyond('longer tags', `${LONGEST_SERIES} bytes`);
    },
  };
}

function beyond(given: string, most: string): PermanentError {
  return new PermanentError(`gives ${given} than one message may: at most ${most}`);
}
