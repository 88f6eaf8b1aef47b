import type { Override } from './policy.ts';

/**
 * Time here over time at the parent from which a benchmark is worth a look even in a lab that is too young for a
 * baseline; twice as much is critical. What one more layer costs under KVM stays well below: hashing is hardly slower
 * but in guest3, and the article's guest3 took 3.5 to 3.9 times as long to install as its guest2.
 *
 * Others have none. Cold reads are quicker in a guest when its parent has them cached; transfers depend on the
 * distance; and whatever is made of exits (`exit.cpuid`, spawning) differs a hundredfold between hardware and emulation.
 */
const FIRST_RATIOS: Readonly<Record<string, number>> = { 'cpu.sha256': 2, 'guest.install': 5 };

/** What holds for the rules before an operator says otherwise. */
export const EXPECTED: readonly Override[] = Object.entries(FIRST_RATIOS).map(([benchmark, ratio]) => ({
  rule: 'slowdown-parent',
  benchmark,
  parameters: { 'first-ratio': ratio },
}));
