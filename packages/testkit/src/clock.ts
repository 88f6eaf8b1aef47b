import type { Clock } from '@nestwatch/common/clock';

/** A clock that a test sets. */
export interface TestClock extends Clock {
  /** Both clocks go on. */
  forward(ms: number): void;
}

/** Starts at these times, µs, and stands still unless it is told to go on. */
export function testClock({ wallUs = 0, monoUs = 0 }: { wallUs?: number; monoUs?: number } = {}): TestClock {
  let passedUs = 0;
  return {
    wallUs: () => wallUs + passedUs,
    monoUs: () => monoUs + passedUs,
    forward: (ms) => {
      passedUs += ms * 1000;
    },
  };
}
