/** A clock that a test sets: starts at these times, µs, and stands still until it is advanced. */
export function testClock({ wallUs = 0, monoUs = 0 } = {}) {
  let passedUs = 0;
  return {
    wallUs: () => wallUs + passedUs,
    monoUs: () => monoUs + passedUs,
    /** Both clocks go on. */
    forward(ms: number): void {
      passedUs += ms * 1000;
    },
  };
}
