import { defined } from '@nestwatch/common/defined';
import { v1 } from '@nestwatch/proto';
import { readAcceptances } from '../../read/acceptances.ts';
import { readAlerts, readFirings } from '../../read/alerts.ts';
import { canary as canaryFacet } from '../../read/canary.ts';
import { readExitTraces } from '../../read/exit-traces.ts';
import { readGuestQuantities } from '../../read/guest-quantities.ts';
import { readGuestsOfLab } from '../../read/guests.ts';
import { guestName } from '../../read/guests-seen.ts';
import { type LabRow, positionBasis } from '../../read/lab-table.ts';
import { capability, NODE_SPAN_MS, type NodeState } from '../../read/node-state.ts';
import { readNodes } from '../../read/nodes.ts';
import { readProbes } from '../../read/probes.ts';
import { before, equals, type HistoryReader, since } from '../../read/query.ts';
import { titleOf } from '../../read/result.ts';
import { readBenchmarks } from '../../read/results.ts';
import { isUrgent, readVerdicts, type Verdict } from '../../read/verdicts.ts';
import { createChanges } from '../changes/create-changes.ts';
import { createTimelines } from '../environment/timelines.ts';
import { referencesOf } from '../references.ts';
import { isProbe } from '../result-groups.ts';
import { streamsOf } from '../streams.ts';
import { benchmarksOf } from './benchmarks.ts';
import { changesOf } from './changes.ts';
import { detectionsOf } from './detections.ts';
import { guestsWithoutAgent } from './guests.ts';
import { heldBack } from './held-back.ts';
import type { Report, ReportAdvice, ReportBenchmark } from './report.ts';
import { RULES_OF_STREAMS } from './told.ts';

/** What is usual is learned from at least so much, as the watch does by default. */
const HISTORY_US = 30 * 86_400_000_000;

type PlacedNode = NodeState & Pick<LabRow, 'place'>;

/** Reads and computes everything that a report says. A lab of which nothing is known gives a report without nodes. */
export async function createReport(
  store: HistoryReader,
  lab: string,
  span: { fromUs: number; toUs: number },
): Promise<Report> {
  const historyUs = Math.min(span.fromUs, span.toUs - HISTORY_US);
  const windowUs = Math.max(600_000_000, (span.toUs - span.fromUs) / 400);
  const [
    differences,
    states,
    benchmarks,
    probes,
    alerts,
    verdicts,
    firings,
    acceptances,
    exits,
    guests,
    seen,
  ] = await Promise.all([
    createChanges(store, { lab, sinceUs: span.fromUs, toUs: span.toUs, isLive: false }),
    readNodes<PlacedNode>(store, [positionBasis, capability, canaryFacet, guestName], {
      lab,
      spanMs: NODE_SPAN_MS,
      toUs: span.toUs,
    }),
    readBenchmarks(store, historyUs, { lab }),
    readProbes(store, { ...span, windowUs: Math.round(windowUs) }),
    readAlerts(store, lab, span),
    readVerdicts(store, lab, since(span.fromUs)),
    readFirings(store, lab, RULES_OF_STREAMS, historyUs),
    readAcceptances(store, lab, historyUs),
    readExitTraces(store, lab, span),
    readGuestsOfLab(store, lab, span),
    readGuestQuantities(store, [equals('lab', lab), since(span.fromUs), before(span.toUs)]),
  ]);
  const references = referencesOf(new Map(states.map((state) => [state.node, state])));
  const history = [...(benchmarks.get(lab) ?? []), ...(probes.get(lab) ?? [])].filter(
    (result) => result.timeUs <= span.toUs,
  );
  const results = history.filter((result) => result.timeUs >= span.fromUs);
  const streams = streamsOf(history, references, acceptances);
  const timelines = createTimelines();
  for (const result of history) timelines.add(result);
  const nodes = states.map(
    ({ node, name, layer, place, parent, lastSeenUs, canary, capability: known = {} }) => {
      const { canHost, guestsRunning, snapshotSafe } = known;
      const boots = canary?.boots;
      const about = { node, name, layer, place, parent, lastSeenUs };
      return defined({ ...about, canHost, boots, guestsRunning, snapshotSafe });
    },
  );
  const found = benchmarksOf(results, references, nodes, streams);
  const named = (node: string) => nodes.find((each) => each.node === node)?.name ?? node;
  const { changes, smallChanges } = changesOf(results, references, named);
  return {
    lab,
    ...span,
    differences,
    nodes,
    heldBack: heldBack(seen, nodes),
    alerts,
    acceptances: acceptances.filter(({ atUs }) => atUs <= span.toUs),
    benchmarks: found,
    detections: detectionsOf(streams, nodes, {
      references,
      firings,
      acceptances,
      changes: timelines.changes,
      named,
    }),
    changes,
    smallChanges,
    exits,
    guests: guestsWithoutAgent(guests, states),
    advice: [...adviceIn(verdicts, named), ...adviceOn(found)],
  };
}

/** What the rules about capability warn of, with what to do. */
function adviceIn(verdicts: readonly Verdict[], named: (node: string) => string): ReportAdvice[] {
  return verdicts.filter(isUrgent).map(({ node, rule, level, summary, advice }) => ({
    node,
    name: named(node),
    level: level === v1.Verdict.Level.FAIL ? 'failure' : 'warning',
    // Its answer alone does not say what was asked.
    summary: `${rule}: ${summary}`,
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
          summary: `${titleOf({ benchmark, variant })} varies too much to detect slowdowns below ${minimumDetectable.toFixed(1)} times.`,
          advice: 'Increase the repetitions of a round, or run it when the host is quiet.',
        })),
    );
}
