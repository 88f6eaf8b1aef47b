/** µs since some start, with fractions: finer than the agent's clock, for durations of one reading. */
export type Stopwatch = () => number;

/** CLOCK_MONOTONIC; the call itself costs some tens of ns on bare metal. */
export const stopwatch: Stopwatch = () => performance.now() * 1000;
