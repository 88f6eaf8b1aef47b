/** One run of whole numbers, both ends included. */
export type Range = readonly [from: number, to: number];

/** A set of whole numbers as runs: ascending, disjoint, and never touching. */
export type Ranges = readonly Range[];

/** The set of what any number of runs, in any order, cover. Runs that end before they begin count for nothing. */
export function union(...sets: readonly Ranges[]): Ranges {
  const sorted = sets
    .flat()
    .filter(([from, to]) => from <= to)
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** What is in `all` and not in `without`. Both must be sets, as `union` makes them. */
export function subtract(all: Ranges, without: Ranges): Ranges {
  const left: Range[] = [];
  let next = 0;
  for (const [from, to] of all) {
    let start = from;
    while (next < without.length && (without[next]?.[1] ?? 0) < start) next++;
    for (let at = next; at < without.length; at++) {
      const [holeFrom, holeTo] = without[at] as Range;
      if (holeFrom > to) break;
      if (holeFrom > start) left.push([start, holeFrom - 1]);
      start = Math.max(start, holeTo + 1);
    }
    if (start <= to) left.push([start, to]);
  }
  return left;
}

/** How many numbers a set has. */
export function countOf(set: Ranges): number {
  return set.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Whether a set has this number. */
export function includes(set: Ranges, value: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = set[middle] as Range;
    if (value < from) high = middle - 1;
    else if (value > to) low = middle + 1;
    else return true;
  }
  return false;
}

/** The set of single numbers, in any order and with repetitions. */
export function rangesOf(values: Iterable<number>): Ranges {
  return union([...values].map((value) => [value, value] as const));
}
