import { disturbedHow, MISSED_OUTCOMES, nominalUs, type Result } from '../read/result.ts';
import {
  FRESH,
  type Observation,
  standing,
  TRACK_LIMITS,
  type TrackLimits,
  track,
} from './detect/tracker.ts';
import type { Against, MissedRound, StreamView } from './judged-lab.ts';
import { isMeasured, type Measured, sameRounds } from './rounds/pairing.ts';

/** Where nodes stand, for choosing what a stream is compared with. */
export interface Place {
  readonly node: string;
  readonly parent?: string;
  /** The node of layer 0 above it; absent at layer 0 and where it does not report. */
  readonly base?: string;
}

/**
 * Windows of a probe follow each other closely and resemble each other, and there are many of them; they explain
 * rather than call people. So they are asked for far more evidence than rounds of a benchmark.
 */
const PROBE_LIMITS: TrackLimits = { ...TRACK_LIMITS, smallest: 1.5, evidence: 6, clear: 1.25 };

/** All streams of all nodes in the results of one benchmark or probe of one lab. */
export function buildStreams(
  results: readonly Result[],
  places: readonly Place[],
): Map<string, StreamView[]> {
  const byStream = group(newestSettings(results));
  const rounds = roundsOf(results);
  return new Map(
    places.map((place) => [
      place.node,
      [...byStream.values()].flatMap((byNode) => streamsOf(place, byNode, rounds)),
    ]),
  );
}

type ByNode = ReadonlyMap<string, readonly Result[]>;

function streamsOf(place: Place, byNode: ByNode, rounds: ReadonlyMap<string, number>): StreamView[] {
  const own = byNode.get(place.node);
  const measured = own?.filter(isMeasured) ?? [];
  const newest = measured.at(-1);
  if (own === undefined || newest === undefined) return [];
  const { benchmark, variant, target } = newest;
  const limits = benchmark.startsWith('probe.') ? PROBE_LIMITS : TRACK_LIMITS;
  const common = {
    ...{ benchmark, variant, target },
    resultTimesUs: measured.map((result) => result.timeUs),
    missed: missedRounds(own, newest, rounds),
  };
  const stream = (against: Against, observations: readonly Observation[]): StreamView[] => {
    const last = observations.at(-1);
    if (last === undefined) return [];
    const state = observations.reduce((before, seen) => track(before, seen, limits), FRESH);
    return [
      { ...common, against, standing: standing(state, limits), ratio: Math.exp(last.own - last.reference) },
    ];
  };
  const against = (node: string | undefined) =>
    sameRounds(measured, byNode.get(node ?? '') ?? []).map(([mine, theirs]) => observe(mine, theirs));
  return [
    ...stream(
      'self',
      measured.map((result) => observe(result, undefined)),
    ),
    ...stream('parent', against(place.parent)),
    ...stream('base', against(place.base)),
  ];
}

function observe(own: Measured<Result>, reference: Measured<Result> | undefined): Observation {
  const both = [disturbedHow(own), reference === undefined ? undefined : disturbedHow(reference)];
  const disturbed = both.includes('void') ? 'void' : both.includes('loaded') ? 'loaded' : undefined;
  return {
    timeUs: own.timeUs,
    own: Math.log(own.secondsPerUnit),
    reference: reference === undefined ? 0 : Math.log(reference.secondsPerUnit),
    fingerprint: [own.fingerprint, reference?.fingerprint].join('/'),
    ...(disturbed === undefined ? {} : { disturbed }),
  };
}

/** Rounds after the newest result in which this node had none, or said why. */
function missedRounds(
  own: readonly Result[],
  newest: Result,
  rounds: ReadonlyMap<string, number>,
): MissedRound[] {
  const said = new Map(
    own.filter((result) => result.timeUs > newest.timeUs).map((result) => [result.round, result]),
  );
  return [...rounds]
    .filter(
      ([round, timeUs]) => round !== newest.round && timeUs > (rounds.get(newest.round) ?? newest.timeUs),
    )
    .flatMap(([round, timeUs]) => {
      const outcome = said.get(round)?.outcome;
      if (outcome !== undefined && !MISSED_OUTCOMES.includes(outcome)) return [];
      return [{ timeUs, reason: said.get(round)?.reason ?? '' }];
    })
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
function newestSettings(results: readonly Result[]): Result[] {
  const newest = new Map<string, Result>();
  const keyOf = (result: Result) => [result.node, result.variant, result.target].join('\0');
  for (const result of results.filter(isMeasured)) {
    if (result.timeUs >= (newest.get(keyOf(result))?.timeUs ?? 0)) newest.set(keyOf(result), result);
  }
  return results.filter(
    (result) => !isMeasured(result) || newest.get(keyOf(result))?.argumentsHash === result.argumentsHash,
  );
}

function group(results: readonly Result[]): Map<string, Map<string, Result[]>> {
  const streams = new Map<string, Map<string, Result[]>>();
  for (const result of [...results].sort((a, b) => a.timeUs - b.timeUs)) {
    const key = [result.variant, result.target].join('\0');
    const byNode = streams.get(key) ?? new Map<string, Result[]>();
    streams.set(key, byNode);
    const list = byNode.get(result.node);
    if (list === undefined) byNode.set(result.node, [result]);
    else list.push(result);
  }
  return streams;
}
