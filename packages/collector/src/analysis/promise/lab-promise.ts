import { defined } from '@nestwatch/common/defined';
import { capability, NODE_SPAN_MS, type NodeState } from '../../read/node-state.ts';
import { readNodes } from '../../read/nodes.ts';
import type { HistoryReader } from '../../read/query.ts';
import type { Result } from '../../read/result.ts';
import { readBenchmarks } from '../../read/results.ts';
import { type FoundSteps, injectedRates } from '../detect/injected.ts';
import type { Observation } from '../detect/observation.ts';
import { streamName } from '../judged-lab.ts';
import { observationsOf } from '../observations.ts';
import { type References, referencesOf } from '../references.ts';
import { groupResults, type ResultGroup } from '../result-groups.ts';
import { newestSettings } from '../streams.ts';
import type { LabPromise, PromiseTotal, StreamPromise } from './promise.ts';

/** A thinned-out point stands before the results that it is made of, by a step that is mostly shorter than this. */
const THINNING_US = 3_600_000_000;

/**
 * Reads what a lab measured and tries the detection on it, with steps put in. Nothing is written.
 * @throws as Store.query
 */
export async function createLabPromise(
  store: HistoryReader,
  lab: string,
  span: { readonly fromUs: number; readonly toUs: number },
): Promise<LabPromise> {
  const [states, results] = await Promise.all([
    readNodes<NodeState>(store, [capability], { lab, spanMs: NODE_SPAN_MS, toUs: span.toUs }),
    readHistory(store, lab, span),
  ]);
  const streams = promisesOf(results, states);
  const totals = (['self', 'parent'] as const).flatMap((against) => totalOf(streams, against) ?? []);
  return { lab, ...span, streams, totals };
}

/** What is kept, and before it what was thinned out: rounds are so far apart that it is the same. */
async function readHistory(
  store: HistoryReader,
  lab: string,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Promise<Result[]> {
  const kept = (await readBenchmarks(store, fromUs, { lab, toUs })).get(lab) ?? [];
  const keptFromUs = kept.reduce((first, { timeUs }) => Math.min(first, timeUs), toUs);
  const thinned = { query: store.queryThinned };
  const older = await readBenchmarks(thinned, fromUs, { lab, toUs: keptFromUs - THINNING_US });
  return [...(older.get(lab) ?? []), ...kept];
}

/** Each benchmark of each node against its own past and against its parent, nodes in the order given. */
export function promisesOf(
  results: readonly Result[],
  nodes: readonly Pick<NodeState, 'lab' | 'node' | 'name' | 'layer' | 'parent'>[],
): StreamPromise[] {
  const groups = groupResults(newestSettings(results));
  const references = referencesOf(new Map(nodes.map((each) => [each.node, each as NodeState])));
  const named = (id: string) => nodes.find(({ node }) => node === id)?.name ?? id;
  return nodes.flatMap(({ node, name, layer }, at) =>
    groups.flatMap((group) => {
      const { benchmark, variant, target } = group;
      const stream = streamName(group, named);
      return comparisonsOf(group, references[at]).map(([against, observations]) => {
        const rates = injectedRates(observations);
        const told = rates.told.map((each) => ({ ...each, timeUs: observations[each.round]?.timeUs ?? 0 }));
        const id = { node, name, layer, benchmark, variant, target };
        return defined({ ...rates, ...id, stream, against, told });
      });
    }),
  );
}

function comparisonsOf(
  { byNode }: ResultGroup,
  { node = '', parent }: Partial<References> = {},
): (readonly ['self' | 'parent', Observation[]])[] {
  const own = byNode.get(node) ?? [];
  const theirs = parent === undefined ? [] : (byNode.get(parent) ?? []);
  return (
    [
      ['self', valid(observationsOf(own, undefined))],
      ['parent', valid(observationsOf(own, theirs))],
    ] as const
  ).filter(([, observations]) => observations.length > 0);
}

/** What is in doubt is not judged, so no step is put in there. */
function valid(observations: readonly Observation[]): Observation[] {
  return observations.filter(({ disturbed }) => disturbed !== 'void');
}

export function totalOf(
  streams: readonly StreamPromise[],
  against: 'self' | 'parent',
): PromiseTotal | undefined {
  const alike = streams.filter((each) => each.against === against);
  const sum = (of: (stream: StreamPromise) => number) => alike.reduce((all, each) => all + of(each), 0);
  const [first] = alike;
  if (first === undefined) return undefined;
  const foundAt = (at: number, factor: number): FoundSteps => ({
    factor,
    hits: sum(({ found }) => found[at]?.hits ?? 0),
    of: sum(({ found }) => found[at]?.of ?? 0),
    atChanges: {
      hits: sum(({ found }) => found[at]?.atChanges.hits ?? 0),
      of: sum(({ found }) => found[at]?.atChanges.of ?? 0),
    },
  });
  return {
    against,
    rounds: sum(({ rounds }) => rounds),
    blind: sum(({ blind }) => blind),
    told: sum(({ told }) => told.length),
    found: first.found.map(({ factor }, at) => foundAt(at, factor)),
  };
}
