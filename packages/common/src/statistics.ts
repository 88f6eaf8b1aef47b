/** The values from the smallest to the largest, in a new array. */
export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** The middle value, or the mean of the middle two when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return lower === upper ? upper : (lower + upper) / 2;
}

/**
 * The smallest value that is at least as large as a share (0 to 1) of all: the quantile by the nearest rank, which is
 * always one of the values.
 * @param sorted ascending
 * @returns undefined when there are none
 */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
