import { defined } from '@nestwatch/common/defined';
import { ascending } from '@nestwatch/common/statistics';
import { type Result, type StreamId, streamKey } from '../../read/result.ts';
import type { Standing } from '../detect/standing.ts';
import type { StreamView } from '../judged-lab.ts';
import type { References } from '../references.ts';
import { groupResults, isProbe, type ResultGroup } from '../result-groups.ts';
import { isMeasured, ratiosTo } from '../rounds/pairing.ts';
import { streamsOf } from '../streams.ts';
import type { ReportBenchmark, ReportNode, ReportRow, Spread } from './report.ts';

/**
 * Figures of every benchmark on every node, nodes in the order given.
 * @param streams how each node stands, judged over a longer history; by default over these results
 */
export function benchmarksOf(
  results: readonly Result[],
  references: readonly References[],
  nodes: readonly ReportNode[],
  streams: ReadonlyMap<string, readonly StreamView[]> = streamsOf(results, references),
): ReportBenchmark[] {
  const referencesOf = new Map(references.map((each) => [each.node, each]));
  return groupResults(results)
    .map((group) => {
      const { byNode, ...stream } = group;
      const alike = [...byNode.values()].flat();
      return {
        ...stream,
        targetName: nodes.find(({ node }) => node === stream.target)?.name ?? stream.target,
        unit: alike.find((each) => each.unit !== '')?.unit ?? '',
        rows: nodes.flatMap(
          (node) =>
            rowOf(node, group, referencesOf.get(node.node), standingOf(stream, streams.get(node.node))) ?? [],
        ),
      };
    })
    .filter((each) => each.rows.length > 0)
    .sort((a, b) => order(a).localeCompare(order(b)));
}

function rowOf(
  { node, name, layer }: ReportNode,
  { byNode }: ResultGroup,
  references: References | undefined,
  standing: Standing | undefined,
): ReportRow | undefined {
  const own = (byNode.get(node) ?? []).filter(isMeasured);
  const secondsPerUnit = spreadOf(own.map((each) => each.secondsPerUnit));
  if (secondsPerUnit === undefined) return undefined;
  const versus = (other: string | undefined) => spreadOf(ratiosTo(own, byNode.get(other ?? '') ?? []));
  return defined({
    node,
    name,
    layer,
    results: own.length,
    secondsPerUnit,
    vsParent: versus(references?.parent),
    vsBase: versus(references?.base),
    slowdown: standing?.slowdown,
    state: standing?.state ?? 'learning',
    minimumDetectable: standing?.minimumDetectable,
  });
}

/** How a node stands against its parent; where there is no such comparison, against its own past. */
function standingOf(stream: StreamId, streams: readonly StreamView[] = []): Standing | undefined {
  const alike = streams.filter((each) => streamKey(each) === streamKey(stream));
  const of = (against: StreamView['against']) => alike.find((each) => each.against === against);
  return (of('parent') ?? of('self'))?.standing;
}

/** Median and quartiles, by linear interpolation. Undefined for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = ascending(values);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    const above = sorted[Math.ceil(place)] ?? below;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

// Benchmarks before probes.
function order(stream: ReportBenchmark): string {
  return [isProbe(stream) ? 'z' : 'a', stream.benchmark, stream.variant, stream.target].join(' ');
}
