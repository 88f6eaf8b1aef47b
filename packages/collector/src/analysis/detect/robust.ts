import { median } from '@nestwatch/common/statistics';

/** Statistics that a few wild values do not spoil. All take natural logarithms of times unless said otherwise. */

/** Median absolute deviation from `centre`, scaled to the standard deviation of a normal distribution. */
export function madSpread(values: readonly number[], centre: number): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
}

/**
 * Standard deviation of what lies within 3 MAD-spreads of the centre. The MAD alone throws away two thirds of
 * what the values say (its efficiency is 37 %), so that thresholds drawn from it wander.
 */
export function trimmedSpread(values: readonly number[], centre: number): number {
  const limit = 3 * Math.max(madSpread(values, centre), 0.005);
  let sum = 0;
  let count = 0;
  for (const value of values) {
    const distance = value - centre;
    if (Math.abs(distance) > limit) continue;
    sum += distance * distance;
    count += 1;
  }
  // 1.015 gives back what cutting a normal distribution at 3 takes away.
  return count < 2 ? 0 : 1.015 * Math.sqrt(sum / (count - 1));
}

/**
 * Correlation of each value with the one before it, wild values clipped, in 0 to 0.8. Corrected for the bias
 * of short series, which is about (1 + 4r)/n (Kendall 1954); twice that, since clipping takes away as well.
 */
export function lagOneCorrelation(values: readonly number[], centre: number, spread: number): number {
  const count = values.length;
  const limit = 2.5 * spread;
  let products = 0;
  let squares = 0;
  let before: number | undefined;
  for (const value of values) {
    const distance = clamp(value - centre, -limit, limit);
    squares += distance * distance;
    if (before !== undefined) products += distance * before;
    before = distance;
  }
  if (squares === 0 || count < 3) return 0;
  const raw = (products / squares) * (count / (count - 1));
  return clamp(raw + (2 * (1 + 4 * raw)) / count, 0, 0.8);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
