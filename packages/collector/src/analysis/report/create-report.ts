import { defined } from '@nestwatch/common/defined';
import { v1 } from '@nestwatch/proto';
import { readAlerts } from '../../read/alerts.ts';
import { capability, NODE_SPAN_MS, type NodeState } from '../../read/node-state.ts';
import { readNodes } from '../../read/nodes.ts';
import { readProbes } from '../../read/probes.ts';
import { type Reader, since } from '../../read/query.ts';
import { titleOf } from '../../read/result.ts';
import { readBenchmarks } from '../../read/results.ts';
import { isUrgent, readVerdicts, type Verdict } from '../../read/verdicts.ts';
import { referencesOf } from '../references.ts';
import { isProbe } from '../result-groups.ts';
import { benchmarksOf } from './benchmarks.ts';
import { changesOf } from './changes.ts';
import type { Report, ReportAdvice, ReportBenchmark } from './report.ts';

/** Reads and computes everything that a report says. A lab of which nothing is known gives a report without nodes. */
export async function createReport(
  store: Reader,
  lab: string,
  span: { fromUs: number; toUs: number },
): Promise<Report> {
  const windowUs = Math.max(600_000_000, (span.toUs - span.fromUs) / 400);
  const [states, benchmarks, probes, alerts, verdicts] = await Promise.all([
    readNodes<NodeState>(store, [capability], { lab, spanMs: NODE_SPAN_MS, toUs: span.toUs }),
    readBenchmarks(store, span.fromUs),
    readProbes(store, { ...span, windowUs: Math.round(windowUs) }),
    readAlerts(store, lab, span),
    readVerdicts(store, lab, since(span.fromUs)),
  ]);
  const references = referencesOf(new Map(states.map((state) => [state.node, state])));
  const results = [...(benchmarks.get(lab) ?? []), ...(probes.get(lab) ?? [])].filter(
    (result) => result.timeUs <= span.toUs,
  );
  const nodes = states.map(
    ({ node, name, layer, parent, lastSeenUs, capability: { canHost, guestsRunning, snapshotSafe } = {} }) =>
      defined({ node, name, layer, parent, lastSeenUs, canHost, guestsRunning, snapshotSafe }),
  );
  const found = benchmarksOf(results, references, nodes);
  const named = (node: string) => nodes.find((each) => each.node === node)?.name ?? node;
  return {
    lab,
    ...span,
    nodes,
    alerts,
    benchmarks: found,
    changes: changesOf(results, references, named),
    advice: [...adviceIn(verdicts, named), ...adviceOn(found)],
  };
}

/** What the rules about capability warn of, with what to do. */
function adviceIn(verdicts: readonly Verdict[], named: (node: string) => string): ReportAdvice[] {
  return verdicts.filter(isUrgent).map(({ node, level, summary, advice }) => ({
    node,
    name: named(node),
    level: level === v1.Verdict.Level.FAIL ? 'failure' : 'warning',
    summary,
    advice,
  }));
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
          summary: `${titleOf({ benchmark, variant })} varies so much that slowdowns below ${minimumDetectable.toFixed(1)} times cannot be told.`,
          advice: 'Give each round more repetitions, or run it when the host is quiet.',
        })),
    );
}
