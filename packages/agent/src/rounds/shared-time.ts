/** The time that the whole lab shares. */
export interface SharedTime {
  /** ms since 1970. */
  readonly ms: number;
  /** How much of it passes in one second of this machine's monotonic clock. */
  readonly rate: number;
}

/** For how long this machine waits until a moment of the shared time, ms of its own; 0 when that has passed. */
export function msUntil(moment: number, { ms, rate }: SharedTime): number {
  return Math.max(0, (moment - ms) / rate);
}
