import { defined } from '@nestwatch/common/defined';
import type { Store } from '../../influx/store.ts';
import type { NodeState } from '../../read/node-state.ts';
import { readNodes } from '../../read/nodes.ts';
import { type ReportAdvice, readAdvice } from '../../read/report/advice.ts';
import { readAlerts } from '../../read/report/alerts.ts';
import { readBenchmarks, readProbes } from '../../read/results.ts';
import { referencesOf } from '../references.ts';
import { isProbe } from '../result-groups.ts';
import { benchmarksOf } from './benchmarks.ts';
import { changesOf } from './changes.ts';
import type { Report, ReportBenchmark, ReportNode } from './report.ts';

/** Reads and computes everything that a report says. A lab of which nothing is known gives a report without nodes. */
export async function createReport(
  store: Pick<Store, 'query'>,
  lab: string,
  span: { fromUs: number; toUs: number },
): Promise<Report> {
  const windowUs = Math.max(600_000_000, (span.toUs - span.fromUs) / 400);
  const [labs, benchmarks, probes, alerts, verdicts] = await Promise.all([
    readNodes(store, span.toUs),
    readBenchmarks(store, span.fromUs),
    readProbes(store, { ...span, windowUs: Math.round(windowUs) }),
    readAlerts(store, lab, span),
    readAdvice(store, lab, span.fromUs),
  ]);
  const states: ReadonlyMap<string, NodeState> = labs.get(lab) ?? new Map();
  const references = referencesOf(states);
  const results = [...(benchmarks.get(lab) ?? []), ...(probes.get(lab) ?? [])].filter(
    (result) => result.timeUs <= span.toUs,
  );
  const nodes = [...states.values()]
    .map(nodeOf)
    .sort((a, b) => (a.layer ?? 99) - (b.layer ?? 99) || a.name.localeCompare(b.name));
  const found = benchmarksOf(results, references, nodes);
  const named = (node: string) => states.get(node)?.name ?? node;
  return {
    lab,
    ...span,
    nodes,
    alerts,
    benchmarks: found,
    changes: changesOf(results, references, named),
    advice: [...verdicts.map((each) => ({ ...each, name: named(each.node) })), ...adviceOn(found)],
  };
}

function nodeOf({ node, name, layer, parent, lastSeenUs, capability = {} }: NodeState): ReportNode {
  const { canHost, guestsRunning, snapshotSafe } = capability;
  return defined({ node, name, layer, parent, lastSeenUs, canHost, guestsRunning, snapshotSafe });
}

/** What the report's own figures suggest. */
function adviceOn(benchmarks: readonly ReportBenchmark[]): ReportAdvice[] {
  return benchmarks
    .filter((each) => !isProbe(each))
    .flatMap(({ benchmark, variant, rows }) =>
      rows
        .filter((row) => (row.minimumDetectable ?? 0) > 1.5)
        .map(({ node, name, minimumDetectable = 0 }) => ({
          node,
          name,
          level: 'information' as const,
          summary: `${[benchmark, variant].filter(Boolean).join(' ')} varies so much that slowdowns below ${minimumDetectable.toFixed(1)} times cannot be told.`,
          advice: 'Give each round more repetitions, or run it when the host is quiet.',
        })),
    );
}
