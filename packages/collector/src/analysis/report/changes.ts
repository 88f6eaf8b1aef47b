import type { Result } from '../../read/result.ts';
import { type ChangePoint, changePoints } from '../detect/change-points.ts';
import { streamName } from '../judged-lab.ts';
import { observationsOf } from '../observations.ts';
import type { References } from '../references.ts';
import { groupResults, isProbe, type ResultGroup } from '../result-groups.ts';
import { isMeasured } from '../rounds/pairing.ts';
import type { Report, ReportChange } from './report.ts';

/** Permutations cost the square of the length; older results than these are left out. */
const LONGEST = 400;

/** Lasting changes of every benchmark on every node: against its parent, at layer 0 against its own past. */
export function changesOf(
  results: readonly Result[],
  references: readonly References[],
  named: (node: string) => string,
): Pick<Report, 'changes' | 'smallChanges'> {
  const all = groupResults(results.filter(isMeasured))
    .filter((group) => !isProbe(group))
    .flatMap((group) => references.map((each) => changesOfNode(group, each, named)));
  const inOrder = (changes: readonly ReportChange[]) => [...changes].sort((a, b) => a.timeUs - b.timeUs);
  return {
    changes: inOrder(all.flatMap(({ changes }) => changes)),
    smallChanges: inOrder(all.flatMap(({ smallChanges }) => smallChanges)),
  };
}

function changesOfNode(
  group: ResultGroup,
  { node, parent }: References,
  named: (node: string) => string,
): Pick<Report, 'changes' | 'smallChanges'> {
  const theirs = group.byNode.get(parent ?? '');
  // A download's distance is its own, so it has no partner.
  const reference = group.target === '' ? theirs : undefined;
  const series = observationsOf(group.byNode.get(node) ?? [], reference).slice(-LONGEST);
  const values = series.map(({ own, reference }) => own - reference);
  const { found, listed } = changePoints(values, seeded());
  const changeOf = ({ at, factor, chance }: ChangePoint): ReportChange => ({
    timeUs: series[at]?.timeUs ?? 0,
    node,
    name: named(node),
    stream: streamName(group, named),
    against: reference === undefined ? 'self' : 'parent',
    factor,
    chance,
  });
  const small = found.filter(({ at }) => !listed.some((each) => each.at === at));
  return { changes: listed.map(changeOf), smallChanges: small.map(changeOf) };
}

/** The same report for the same data: numbers in [0, 1) that begin alike each time (Lehmer). */
function seeded(): () => number {
  let state = 20_171_113;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
