import type { ObservedBand } from './observed-band.ts';

/** Made by `npm run observe -- page` of what docs/evidence/observatory counted. */
export const OBSERVED_BANDS: readonly ObservedBand[] = [
  { layer: 1, parent: '5.10', kernel: '5.10', low: 3.99, high: 14.88, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '6.1', kernel: '6.1', low: 5.97, high: 7.46, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '6.12', kernel: '6.12', low: 5.95, high: 7.79, leastExitsPerSecond: 1000 },
  { layer: 1, parent: '7.3', kernel: '7.3', low: 5.79, high: 9.09, leastExitsPerSecond: 2750 },
];
