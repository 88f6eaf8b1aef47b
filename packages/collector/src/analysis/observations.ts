import { disturbedHow, type Result } from '../read/result.ts';
import type { Observation } from './detect/tracker.ts';
import { isMeasured, type Measured, sameRounds } from './rounds/pairing.ts';

/**
 * A node's results as what the detector judges, oldest first.
 * @param reference results of the node that it is compared with, in the same rounds; undefined: its own past alone
 */
export function observationsOf(
  own: readonly Result[],
  reference: readonly Result[] | undefined,
): Observation[] {
  const pairs =
    reference === undefined
      ? own.filter(isMeasured).map((mine) => [mine, undefined] as const)
      : sameRounds(own, reference);
  return pairs.map(([mine, theirs]) => observe(mine, theirs)).sort((a, b) => a.timeUs - b.timeUs);
}

function observe(own: Measured<Result>, reference: Measured<Result> | undefined): Observation {
  const how = [disturbedHow(own), reference && disturbedHow(reference)];
  const disturbed = how.includes('void') ? 'void' : how.includes('loaded') ? 'loaded' : undefined;
  const seen = {
    timeUs: own.timeUs,
    own: Math.log(own.secondsPerUnit),
    reference: reference === undefined ? 0 : Math.log(reference.secondsPerUnit),
    fingerprint: [own.fingerprint, reference?.fingerprint].join('/'),
  };
  return disturbed === undefined ? seen : { ...seen, disturbed };
}
