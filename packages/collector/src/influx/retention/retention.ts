/** How long InfluxDB is to keep what. */
export interface Retention {
  /** ms for which every point is kept; 0 leaves the server's setting alone. */
  rawMs: number;
  /** ms for which thinned-out points are kept; 0 for none. */
  longMs: number;
  /** Distance of thinned-out points, ms. */
  stepMs: number;
}
