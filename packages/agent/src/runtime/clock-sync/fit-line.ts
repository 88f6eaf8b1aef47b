export interface Point {
  x: number;
  y: number;
  /** How uncertain y is, in units of x. */
  error: number;
}

export interface Line {
  /** A point on the line, near the newest of the points. */
  x: number;
  y: number;
  slope: number;
  /** Distance in x from the first point to the last. */
  span: number;
  /** Error of the better points. */
  typicalError: number;
}

/** The weighted least-squares line; undefined when the points do not span anything. Values may be as large as µs since 1970. */
export function fitLine(points: readonly Point[]): Line | undefined {
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
  return {
    x: last.x,
    y: last.y + meanY - meanX * slope,
    slope,
    span,
    typicalError: errors[Math.floor(errors.length / 2)] ?? 0,
  };
}
