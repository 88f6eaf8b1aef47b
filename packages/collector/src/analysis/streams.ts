import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import { MISSED_OUTCOMES, nominalUs, type Result, type StreamId, streamKey } from '../read/result.ts';
import { type Acceptance, acceptedAt } from './acceptance.ts';
import type { LongView } from './detect/drift.ts';
import { PROBE_LIMITS, TRACK_LIMITS, type TrackLimits } from './detect/limits.ts';
import type { Observation } from './detect/observation.ts';
import { standing } from './detect/standing.ts';
import { accept, freshWith, type Track, track } from './detect/tracker.ts';
import type { Against, MissedRound, StreamView } from './judged-lab.ts';
import { type LongStream, type LongViews, NO_VIEWS } from './long-views.ts';
import { observationsOf } from './observations.ts';
import type { References } from './references.ts';
import { groupResults, isProbe, type ResultGroup } from './result-groups.ts';
import { isMeasured } from './rounds/pairing.ts';

/** All streams of all nodes in the results of one benchmark or probe of one lab, judged. */
export function buildStreams(
  results: readonly Result[],
  references: readonly References[],
  acceptances: readonly Acceptance[] = [],
  longViews: LongViews = NO_VIEWS,
  lab = '',
): Map<string, StreamView[]> {
  const groups = groupResults(newestSettings(results));
  const rounds = roundsOf(results);
  const knownFor = ({ node }: References): Known => ({
    rounds,
    accepted: (against, stream) => acceptedAt(acceptances, references, node, against, stream),
    longView: (stream) => longViews({ ...stream, lab, node }),
  });
  return new Map(
    references.map((each) => [
      each.node,
      groups.flatMap((group) => streamsOfNode(each, group, knownFor(each))),
    ]),
  );
}

/** The same for the results of several benchmarks and probes. */
export function streamsOf(
  results: readonly Result[],
  references: readonly References[],
  acceptances: readonly Acceptance[] = [],
): Map<string, StreamView[]> {
  const all = new Map<string, StreamView[]>();
  // Each benchmark has rounds of its own.
  for (const alike of groupBy(results, ({ benchmark }) => benchmark).values()) {
    for (const [node, streams] of buildStreams(alike, references, acceptances))
      all.set(node, [...(all.get(node) ?? []), ...streams]);
  }
  return all;
}

/** What is known beside the results of a node. */
interface Known {
  /** When each round of the benchmark took place. */
  readonly rounds: ReadonlyMap<string, number>;
  /** When an operator accepted what a stream measured. */
  readonly accepted: (against: Against, stream: StreamId) => readonly number[];
  /** What was usual before these results. */
  readonly longView: (stream: Omit<LongStream, 'lab' | 'node'>) => LongView;
}

function streamsOfNode(
  { node, parent, base }: References,
  { benchmark, variant, target, byNode }: ResultGroup,
  { rounds, accepted, longView }: Known,
): StreamView[] {
  const own = byNode.get(node) ?? [];
  const measured = own.filter(isMeasured);
  const newest = measured.at(-1);
  if (newest === undefined) return [];
  const limits = isProbe({ benchmark }) ? PROBE_LIMITS : TRACK_LIMITS;
  const resultTimesUs = measured.map((result) => result.timeUs);
  const missed = missedRounds(own, newest, rounds);
  const id = { benchmark, variant, target };
  const stream = (against: Against, reference: string | undefined): StreamView[] => {
    const theirs = against === 'self' ? undefined : (byNode.get(reference ?? '') ?? []);
    const observations = observationsOf(measured, theirs);
    const [first] = observations;
    if (first === undefined) return [];
    const acceptedUs = accepted(against, id);
    const { argumentsHash } = newest;
    const fromUs = acceptedUs.filter((us) => us < first.timeUs).at(-1) ?? 0;
    const view = longView(defined({ ...id, reference, argumentsHash, machine: first.machine, fromUs }));
    const state = replay(observations, acceptedUs, limits, freshWith(view, first.machine));
    return [{ ...id, against, standing: standing(state, limits), resultTimesUs, missed }];
  };
  return [...stream('self', undefined), ...stream('parent', parent), ...stream('base', base)];
}

/** Where a stream stands after its history, in which operators accepted what was slow at some times, oldest first. */
function replay(
  observations: readonly Observation[],
  acceptedUs: readonly number[],
  limits: TrackLimits,
  fresh: Track,
): Track {
  let state = fresh;
  let at = 0;
  for (const timeUs of [...acceptedUs, Number.POSITIVE_INFINITY]) {
    for (
      let seen = observations[at];
      seen !== undefined && seen.timeUs <= timeUs;
      at += 1, seen = observations[at]
    )
      state = track(state, seen, limits);
    if (timeUs !== Number.POSITIVE_INFINITY) state = accept(state, limits);
  }
  return state;
}

/** Rounds after the newest result in which this node had none, or said why. */
function missedRounds(
  own: readonly Result[],
  newest: Result,
  rounds: ReadonlyMap<string, number>,
): MissedRound[] {
  const newestUs = rounds.get(newest.round) ?? newest.timeUs;
  const said = new Map(
    own.filter((result) => result.timeUs > newest.timeUs).map((result) => [result.round, result]),
  );
  return [...rounds]
    .filter(([round, timeUs]) => {
      const outcome = said.get(round)?.outcome;
      const mayMiss = outcome === undefined || MISSED_OUTCOMES.includes(outcome);
      return mayMiss && round !== newest.round && timeUs > newestUs;
    })
    .map(([round, timeUs]) => ({ timeUs, reason: said.get(round)?.reason ?? '' }))
    .sort((a, b) => a.timeUs - b.timeUs);
}

/** When each round took place: its nominal time, or when its first result came. */
function roundsOf(results: readonly Result[]): Map<string, number> {
  const rounds = new Map<string, number>();
  for (const { round, timeUs } of results) {
    if (round === '') continue;
    rounds.set(round, nominalUs(round) ?? Math.min(timeUs, rounds.get(round) ?? timeUs));
  }
  return rounds;
}

/** Results under other settings than a node's newest are another benchmark in all but name. */
export function newestSettings(results: readonly Result[]): Result[] {
  const newest = new Map<string, Result>();
  const keyOf = (result: Result) => `${result.node}\0${streamKey(result)}`;
  for (const result of results.filter(isMeasured)) {
    if (result.timeUs >= (newest.get(keyOf(result))?.timeUs ?? 0)) newest.set(keyOf(result), result);
  }
  return results.filter(
    (result) => !isMeasured(result) || newest.get(keyOf(result))?.argumentsHash === result.argumentsHash,
  );
}
