import type { Result } from '../../read/result.ts';
import { changePoints } from '../detect/change-points.ts';
import { streamName } from '../judged-lab.ts';
import { sameRounds } from '../rounds/pairing.ts';
import type { Place } from '../streams.ts';
import type { ReportChange } from './report.ts';

/** Permutations cost the square of the length; older results than these are left out. */
const LONGEST = 400;

/** Lasting changes of every benchmark on every node: against its parent, at layer 0 against its own past. */
export function changesOf(
  results: readonly Result[],
  places: readonly Place[],
  named: (node: string) => string,
): ReportChange[] {
  const found: ReportChange[] = [];
  const streams = new Map<string, Result[]>();
  for (const each of results) {
    if (each.outcome !== 1 || each.benchmark.startsWith('probe.')) continue;
    const key = [each.benchmark, each.variant, each.target].join('\0');
    streams.set(key, [...(streams.get(key) ?? []), each]);
  }
  for (const stream of streams.values()) {
    for (const { node, parent } of places) {
      const own = stream.filter((each) => each.node === node);
      const theirs = stream.filter((each) => each.node === parent);
      const pairs = theirs.length === 0 || own[0]?.target !== '' ? undefined : sameRounds(own, theirs);
      const series = (pairs ?? own.map((each) => [each, undefined] as const))
        .map(([mine, other]) => ({
          timeUs: mine.timeUs,
          value: Math.log((mine.secondsPerUnit ?? 1) / (other?.secondsPerUnit ?? 1)),
        }))
        .sort((a, b) => a.timeUs - b.timeUs)
        .slice(-LONGEST);
      const points = changePoints(
        series.map((each) => each.value),
        { random: seeded() },
      );
      for (const { at, factor, chance } of points) {
        const first = own[0];
        if (first === undefined) continue;
        found.push({
          ...{ timeUs: series[at]?.timeUs ?? 0, node, name: named(node), stream: streamName(first, named) },
          ...{ against: pairs === undefined ? 'self' : 'parent', factor, chance },
        });
      }
    }
  }
  return found.sort((a, b) => a.timeUs - b.timeUs);
}

/** The same report for the same data: numbers in [0, 1) that begin alike each time (Lehmer). */
function seeded(): () => number {
  let state = 20_171_113;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
