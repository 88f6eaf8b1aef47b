/**
 * Scales map values to pixels (`at`) and have round values to label, within their range (`ticks`).
 * A logarithmic one ends at 1, 2 or 5 times a power of ten. Values must be positive.
 */
export function logScale(values: readonly number[], from: number, to: number) {
  const low = niceBelow(Math.min(...values));
  const high = niceAbove(Math.max(...values, low * 1.0001));
  const span = Math.log(high) - Math.log(low);
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 1.7 ? [1, 5] : [1, 2, 5];
  return {
    at: (value: number) => from + ((Math.log(value) - Math.log(low)) / span) * (to - from),
    ticks: powersOfTen(low, high).flatMap((power) =>
      steps
        .map((step) => step * power)
        .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)),
    ),
  };
}

/** A linear one from 0 to a round value. */
export function linearScale(values: readonly number[], from: number, to: number) {
  const high = niceAbove(Math.max(...values, Number.MIN_VALUE));
  return { at: (value: number) => from + (value / high) * (to - from), ticks: [0, high / 2, high] };
}

function niceBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([5, 2, 1].find((step) => step * power <= value * (1 + 1e-9)) ?? 1) * power;
}

function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power;
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}
