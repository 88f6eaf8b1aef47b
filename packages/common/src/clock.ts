/** Time, injected so that tests decide it. */
export interface Clock {
  /** CLOCK_REALTIME, µs since 1970. */
  wallUs(): number;
  /** CLOCK_MONOTONIC, µs since some fixed start. */
  monoUs(): number;
}

export const systemClock: Clock = {
  // performance.timeOrigin would not follow later steps of the wall clock, so its finer digits are not used.
  wallUs: () => Date.now() * 1000,
  monoUs: () => Number(process.hrtime.bigint() / 1000n),
};
