import { join } from 'node:path';
import { top } from '../../local/top.ts';
import type { ObservedSet } from '../result.ts';
import { bandsOf } from './bands.ts';

/** What collectors compare with. */
export const BANDS_FILE = join(top, 'packages/collector/src/analysis/amplification/observed-bands.ts');

/** The text of that file. */
export function bandsFile(sets: readonly ObservedSet[]): string {
  const lines = bandsOf(sets).map(
    ({ layer, parent, kernel, low, high, leastExitsPerSecond: least }) =>
      `  { layer: ${layer}, parent: '${parent}', kernel: '${kernel}', low: ${low}, high: ${high}, leastExitsPerSecond: ${least} },\n`,
  );
  return `import type { ObservedBand } from './observed-band.ts';

/** Made by \`npm run observe -- page\` of what docs/evidence/observatory counted. */
export const OBSERVED_BANDS: readonly ObservedBand[] = [
${lines.join('')}];
`;
}
