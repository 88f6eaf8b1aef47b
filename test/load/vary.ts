/**
 * A copy of a report in which every measured number is off by up to a quarter. Whole numbers stay whole, zeros stay
 * zero, and small whole numbers stay as they are: they are states, counts of devices and flags.
 */
export function vary<T>(value: T, random: () => number): T {
  return varied(value, random) as T;
}

const LARGEST_STATE = 16;

function varied(value: unknown, random: () => number): unknown {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && Math.abs(value) <= LARGEST_STATE) return value;
    const other = value * (0.75 + random() / 2);
    return Number.isInteger(value) ? Math.round(other) : other;
  }
  if (Array.isArray(value)) return value.map((each) => varied(each, random));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = varied((value as Record<string, unknown>)[key], random);
  return copy;
}
