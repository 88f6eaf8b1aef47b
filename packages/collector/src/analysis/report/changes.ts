import type { Result } from '../../read/result.ts';
import { changePoints } from '../detect/change-points.ts';
import { streamName } from '../judged-lab.ts';
import { observationsOf } from '../observations.ts';
import type { References } from '../references.ts';
import { groupResults, isProbe, type ResultGroup } from '../result-groups.ts';
import { isMeasured } from '../rounds/pairing.ts';
import type { ReportChange } from './report.ts';

/** Permutations cost the square of the length; older results than these are left out. */
const LONGEST = 400;

/** Lasting changes of every benchmark on every node: against its parent, at layer 0 against its own past. */
export function changesOf(
  results: readonly Result[],
  references: readonly References[],
  named: (node: string) => string,
): ReportChange[] {
  return groupResults(results.filter(isMeasured))
    .filter((group) => !isProbe(group))
    .flatMap((group) => references.flatMap((each) => changesOfNode(group, each, named)))
    .sort((a, b) => a.timeUs - b.timeUs);
}

function changesOfNode(
  group: ResultGroup,
  { node, parent }: References,
  named: (node: string) => string,
): ReportChange[] {
  const theirs = group.byNode.get(parent ?? '');
  // A download's distance is its own, so it has no partner.
  const reference = group.target === '' ? theirs : undefined;
  const series = observationsOf(group.byNode.get(node) ?? [], reference).slice(-LONGEST);
  const values = series.map(({ own, reference }) => own - reference);
  return changePoints(values, seeded()).map(({ at, factor, chance }) => ({
    timeUs: series[at]?.timeUs ?? 0,
    node,
    name: named(node),
    stream: streamName(group, named),
    against: reference === undefined ? 'self' : 'parent',
    factor,
    chance,
  }));
}

/** The same report for the same data: numbers in [0, 1) that begin alike each time (Lehmer). */
function seeded(): () => number {
  let state = 20_171_113;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
