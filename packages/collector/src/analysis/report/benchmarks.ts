import type { Result } from '../../read/result.ts';
import { ratioOf, sameRounds } from '../rounds/pairing.ts';
import { buildStreams, type Place } from '../streams.ts';
import type { ReportBenchmark, ReportNode, ReportRow } from './report.ts';
import { spreadOf } from './spread.ts';

/** Figures of every benchmark on every node, nodes in the order given. */
export function benchmarksOf(
  results: readonly Result[],
  places: readonly Place[],
  nodes: readonly ReportNode[],
): ReportBenchmark[] {
  const streamKeys = new Map(results.map((result) => [keyOf(result), result]));
  return [...streamKeys.values()]
    .map(({ benchmark, variant, target }) => {
      const alike = results.filter((each) => keyOf(each) === keyOf({ benchmark, variant, target }));
      const unit = alike.find((each) => each.unit !== '')?.unit ?? '';
      const targetName = nodes.find(({ node }) => node === target)?.name ?? target;
      return { benchmark, variant, target, targetName, unit, rows: rowsOf(alike, places, nodes) };
    })
    .filter((each) => each.rows.length > 0)
    .sort((a, b) => order(a).localeCompare(order(b)));
}

function rowsOf(
  results: readonly Result[],
  places: readonly Place[],
  nodes: readonly ReportNode[],
): ReportRow[] {
  const streams = buildStreams(results, places);
  return nodes.flatMap(({ node, name, layer }): ReportRow[] => {
    const place = places.find((each) => each.node === node);
    const own = results.filter((each) => each.node === node && each.outcome === 1);
    const seconds = spreadOf(own.flatMap((each) => each.secondsPerUnit ?? []));
    if (seconds === undefined) return [];
    const ratios = (to: string | undefined) =>
      spreadOf(
        sameRounds(
          own,
          results.filter((each) => each.node === to),
        ).map(([mine, theirs]) => ratioOf(mine, theirs)),
      );
    const vsParent = ratios(place?.parent);
    const vsBase = ratios(place?.base);
    const of = (against: string) => streams.get(node)?.find((stream) => stream.against === against)?.standing;
    const standing = of('parent') ?? of('self');
    return [
      {
        ...{ node, name, results: own.length, secondsPerUnit: seconds, state: standing?.state ?? 'learning' },
        ...(layer === undefined ? {} : { layer }),
        ...(vsParent === undefined ? {} : { vsParent }),
        ...(vsBase === undefined ? {} : { vsBase }),
        ...(standing?.slowdown === undefined ? {} : { slowdown: standing.slowdown }),
        ...(standing?.minimumDetectable === undefined
          ? {}
          : { minimumDetectable: standing.minimumDetectable }),
      },
    ];
  });
}

function keyOf({ benchmark, variant, target }: Pick<Result, 'benchmark' | 'variant' | 'target'>): string {
  return [benchmark, variant, target].join('\0');
}

// Benchmarks before probes.
function order({ benchmark, variant, target }: ReportBenchmark): string {
  return [benchmark.startsWith('probe.') ? 'z' : 'a', benchmark, variant, target].join(' ');
}
