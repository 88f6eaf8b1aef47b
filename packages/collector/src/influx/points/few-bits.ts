/** Significant bits that are kept: six decimal digits. */
const KEPT_BITS = 20;
/** A double has 53. */
const SPLITTER = 2 ** (53 - KEPT_BITS) + 1;
const LARGEST = 1e290;

/**
 * The nearest number with 20 significant bits; off by a millionth at most, and the same for the same number. InfluxDB keeps
 * in which bits a value differs from the one before: of fractions as they are measured, that is all 52, whatever they say.
 * Whole numbers below a million stay as they are.
 */
export function toFewBits(value: number): number {
  if (!(Math.abs(value) < LARGEST)) return value;
  // Veltkamp's splitting: the lower bits are rounded away in the sum.
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}
