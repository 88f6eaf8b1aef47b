import { defined } from '@nestwatch/common/defined';
import { disturbedHow, type Result } from '../read/result.ts';
import type { Observation } from './detect/observation.ts';
import { type Settled, settle } from './environment/settle.ts';
import { isMeasured, type Measured, sameRounds } from './rounds/pairing.ts';

/**
 * A node's results as what the detector judges, oldest first. The environment is the node's own: what changes in its
 * parent is no reason to forget what is usual here.
 * @param reference results of the node that it is compared with, in the same rounds; undefined: its own past alone
 */
export function observationsOf(
  own: readonly Result[],
  reference: readonly Result[] | undefined,
): Observation[] {
  const measured = own.filter(isMeasured).sort((a, b) => a.timeUs - b.timeUs);
  const settled = settle(measured.map(({ environment }) => environment));
  const environments = new Map(measured.map((mine, at) => [mine, settled[at]]));
  const pairs =
    reference === undefined
      ? measured.map((mine) => [mine, undefined] as const)
      : sameRounds(measured, reference);
  return pairs
    .map(([mine, theirs]) => observe(mine, theirs, environments.get(mine)))
    .sort((a, b) => a.timeUs - b.timeUs);
}

function observe(
  own: Measured<Result>,
  reference: Measured<Result> | undefined,
  settled: Settled | undefined,
): Observation {
  const how = [disturbedHow(own), reference && disturbedHow(reference)];
  const disturbed = how.includes('void') ? 'void' : how.includes('loaded') ? 'loaded' : undefined;
  return defined({
    timeUs: own.timeUs,
    own: Math.log(own.secondsPerUnit),
    reference: reference === undefined ? 0 : Math.log(reference.secondsPerUnit),
    machine: settled?.machine ?? '',
    environment: settled?.key ?? '',
    disturbed: disturbed as 'void' | 'loaded' | undefined,
  });
}
