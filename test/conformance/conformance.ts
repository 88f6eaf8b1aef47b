import { compare, type Outcome } from './comparison.ts';
import { LIMITS } from './limits.ts';
import type { Oracle } from './oracles.ts';
import { type SourceOptions, unpackedSource } from './sources.ts';

/**
 * Downloads what an oracle needs, unless it is there, and compares.
 * @throws MissingPackages of one line where it cannot be had
 */
export async function askOracle(oracle: Oracle, options: SourceOptions): Promise<Outcome> {
  const folder = await unpackedSource(oracle.source, options);
  return compare(oracle.name, await oracle.compare(folder), LIMITS);
}
