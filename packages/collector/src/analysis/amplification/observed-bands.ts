import type { ObservedBand } from './observed-band.ts';

/** Made by `npm run observe -- page` of what docs/evidence/observatory counted. */
export const OBSERVED_BANDS: readonly ObservedBand[] = [
  { layer: 1, parent: '5.10', kernel: '5.10', low: 3.88, high: 15.31, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '6.1', kernel: '6.1', low: 5.8, high: 7.85, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '6.1', kernel: '7.3', low: 6.05, high: 7.92, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '6.12', kernel: '6.12', low: 5.98, high: 7.67, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '7.2', kernel: '7.2', low: 3.69, high: 9.57, leastExitsPerSecond: 4190 },
  { layer: 1, parent: '7.3', kernel: '6.1', low: 6.03, high: 7.85, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '7.3', kernel: '7.3', low: 5.6, high: 9.48, leastExitsPerSecond: 2670 },
  { layer: 2, parent: '6.1', kernel: '6.1', low: 6.01, high: 7.94, leastExitsPerSecond: 1000 },
  { layer: 2, parent: '7.3', kernel: '7.3', low: 7.7, high: 12.65, leastExitsPerSecond: 1000 },
];
