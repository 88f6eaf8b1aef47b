export interface Point {
  x: number;
  y: number;
  /** How uncertain y is, in units of x. */
  error: number;
}

/**
 * The weighted least-squares line through points, whose values may be as large as µs since 1970.
 * @returns a point on it near the newest, its slope, the distance in x from first to last, and the error of the better
 *   points; undefined when they do not span anything
 */
export function fitLine(points: readonly Point[]) {
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return undefined;
  // Relative to the last point, because squares of µs since 1970 would not keep their digits.
  const moved = points.map(({ x, y, error }) => ({ x: x - last.x, y: y - last.y, weight: 1 / error ** 2 }));
  const total = moved.reduce((sum, { weight }) => sum + weight, 0);
  const meanX = moved.reduce((sum, { x, weight }) => sum + x * weight, 0) / total;
  const meanY = moved.reduce((sum, { y, weight }) => sum + y * weight, 0) / total;
  const spread = moved.reduce((sum, { x, weight }) => sum + weight * (x - meanX) ** 2, 0);
  const together = moved.reduce((sum, { x, y, weight }) => sum + weight * (x - meanX) * (y - meanY), 0);
  const span = Math.max(...moved.map(({ x }) => x)) - Math.min(...moved.map(({ x }) => x));
  if (spread <= 0 || span <= 0) return undefined;
  const slope = together / spread;
  const errors = points.map(({ error }) => error).sort((a, b) => a - b);
  const typicalError = errors[Math.floor(errors.length / 2)] ?? 0;
  return { x: last.x, y: last.y + meanY - meanX * slope, slope, span, typicalError };
}
