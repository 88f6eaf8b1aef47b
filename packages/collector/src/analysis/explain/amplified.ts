import type { Quantities } from '../../read/quantities.ts';
import { type CauseFinder, rise, share } from './causes.ts';
import type { NodeEvidence } from './evidence.ts';

/** Where the amplification before is not known. */
const WEIGHT = 0.3;

/**
 * An exit costs more exits on its way down than before, or than this pair of kernels needs elsewhere. That of the slow
 * node's own guests is not what slows it.
 */
export const amplified: CauseFinder = (node, { slow, above, factor }) => {
  const parent = above[above.indexOf(node) + 1];
  const { before, since } = node;
  const { amplification: now } = since;
  const usual = usualOf(before, since);
  if (node === slow || parent === undefined || now === undefined || usual === undefined) return [];
  const risen = rise(before.amplification, now);
  const isAsBefore = before.amplification !== undefined && risen === undefined;
  const isObserved = usual.from === 'observatory';
  const isUsual = now <= usual.high;
  if (isAsBefore || (isUsual && !(isObserved && risen !== undefined))) return [];
  const range = `${times(usual.low)} to ${times(usual.high)}`;
  const whose = isObserved ? 'is usual for this pair of kernels' : 'was usual here';
  const judged = isUsual ? `as is usual for this pair of kernels (${range})` : `where ${range} ${whose}`;
  const from = risen === undefined ? '' : `, up from ${times(before.amplification ?? 0)}`;
  const text = `${named(node)} under ${named(parent)}: ${times(now)} exits for each exit${from}, ${judged}.`;
  return [{ text, weight: risen === undefined ? WEIGHT : share(risen, factor) / 2 }];
};

/** What the observatory counted holds for the kernels of now; the own past ends where it became slow. */
function usualOf(before: Quantities, since: Quantities) {
  const isPast = since.usualFrom !== 'observatory' && before.usualFrom === 'own history';
  const { usualLow: low, usualHigh: high, usualFrom: from } = isPast ? before : since;
  return low === undefined || high === undefined ? undefined : { low, high, from };
}

/** "guest1 (6.12)". */
function named({ name, before, since }: NodeEvidence): string {
  const release = [since, before]
    .map(({ facts }) => facts?.['kernel.upstream'])
    .find((each) => each !== undefined);
  const series = /^\d+\.\d+/.exec(release ?? '')?.[0];
  return series === undefined ? name : `${name} (${series})`;
}

const times = (value: number) => value.toFixed(1);
