import { defined } from '@nestwatch/common/defined';
import type { StoredAcceptance } from '../../read/acceptances.ts';
import type { Firing } from '../../read/alerts.ts';
import { type StreamId, streamKey } from '../../read/result.ts';
import { trusted } from '../detect/trust.ts';
import type { EnvironmentChange } from '../environment/changes.ts';
import { type Against, type StreamView, streamName } from '../judged-lab.ts';
import type { References } from '../references.ts';
import { isProbe } from '../result-groups.ts';
import type { ReportDetection, ReportNode, Sight } from './report.ts';
import { toldOf } from './told.ts';

interface Known {
  readonly references: readonly References[];
  /** Of the rules about slowdowns. */
  readonly firings: readonly Firing[];
  readonly acceptances: readonly StoredAcceptance[];
  /** What changed in a node, oldest first. */
  readonly changes: (node: string) => readonly EnvironmentChange[];
  /** A node's name. */
  readonly named: (node: string) => string;
}

/** What could have been seen in each stream of each node, nodes in the order given; benchmarks before probes. */
export function detectionsOf(
  streams: ReadonlyMap<string, readonly StreamView[]>,
  nodes: readonly ReportNode[],
  known: Known,
): ReportDetection[] {
  return nodes
    .flatMap((node) => {
      const own = streams.get(node.node) ?? [];
      const keys = [...new Set(own.map(streamKey))];
      return keys.flatMap((key) => {
        const alike = own.filter((each) => streamKey(each) === key);
        return detectionOf(node, alike, known) ?? [];
      });
    })
    .sort((a, b) => order(a).localeCompare(order(b)));
}

/** @param alike the comparisons of one stream */
function detectionOf(
  { node, name, layer }: ReportNode,
  alike: readonly StreamView[],
  known: Known,
): ReportDetection | undefined {
  const of = (against: Against) => alike.find((each) => each.against === against);
  const own = of('self');
  const sinceUs = own?.resultTimesUs[0];
  if (own === undefined || sinceUs === undefined) return undefined;
  const { benchmark, variant, target, resultTimesUs } = own;
  const [self, parent] = [sightOf(own), sightOf(of('parent'))];
  return defined({
    node,
    name,
    layer,
    benchmark,
    variant,
    target,
    stream: streamName(own, known.named),
    rounds: resultTimesUs.length,
    sinceUs,
    self,
    parent,
    trust: trusted(self?.noise, parent?.noise),
    told: toldOf({ node, stream: own, resultTimesUs }, known),
  });
}

function sightOf(stream: StreamView | undefined): Sight | undefined {
  const { spread, minimumDetectable } = stream?.standing ?? {};
  if (spread === undefined || minimumDetectable === undefined) return undefined;
  return { noise: spread - 1, minimumDetectable };
}

function order(stream: StreamId): string {
  return [isProbe(stream) ? 'z' : 'a', stream.benchmark, stream.variant, stream.target].join(' ');
}
