/** An answer of this many rows is what a piece aims at: some megabytes. */
const [FEW_ROWS, MANY_ROWS] = [5000, 40_000];
const MINUTE_US = 60_000_000;
const LONGEST_US = 7 * 86_400_000_000;
/** Shorter than this no span is halved: there is too much at one time. */
const SHORTEST_US = 1000;

/**
 * Spans of time that follow each other up to an end, as long as the rows in them allow. Times in µs since 1970.
 */
export function createPieces(fromUs: number, endUs: number) {
  let atUs = fromUs;
  let lengthUs = 10 * MINUTE_US;
  return {
    /** The next span; undefined at the end. */
    next(): readonly [number, number] | undefined {
      return atUs >= endUs ? undefined : [atUs, Math.min(endUs, atUs + lengthUs)];
    },
    /** The span is done: the next is as long as its rows suggest. */
    done(rows: number): void {
      atUs = Math.min(endUs, atUs + lengthUs);
      if (rows < FEW_ROWS) lengthUs = Math.min(LONGEST_US, lengthUs * 2);
      else if (rows > MANY_ROWS) lengthUs = Math.max(SHORTEST_US, Math.floor(lengthUs / 2));
    },
    /** There is more in it than fits in one answer. @returns false when it cannot be shorter */
    tooLong(): boolean {
      if (lengthUs <= SHORTEST_US) return false;
      lengthUs = Math.max(SHORTEST_US, Math.floor(lengthUs / 4));
      return true;
    },
  };
}
