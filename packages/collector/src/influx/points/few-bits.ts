/** Significant bits that are kept: five decimal digits. */
const KEPT_BITS = 18;
/** A double has 53. */
const SPLITTER = 2 ** (53 - KEPT_BITS) + 1;
const LARGEST = 1e290;

/**
 * The nearest number with 18 significant bits; off by 4 in a million at most, and the same for the same number. InfluxDB keeps
 * in which bits a value differs from the one before: of fractions as they are measured, that is all 52, whatever they say.
 * Whole numbers below 262,144 stay as they are.
 */
export function toFewBits(value: number): number {
  if (!(Math.abs(value) < LARGEST)) return value;
  // Veltkamp's splitting: the lower bits are rounded away in the sum.
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}
