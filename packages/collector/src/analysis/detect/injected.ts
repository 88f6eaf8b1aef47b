import { TRACK_LIMITS } from './limits.ts';
import type { Observation } from './observation.ts';
import { trimmedSpread } from './robust.ts';
import { baselineOf, FRESH, type Track, track } from './tracker.ts';

/** Rounds before the first step that is put in. */
const FIRST = 20;
/** Rounds within which a step is to be found. */
const WITHIN = 3;
/** Sizes of the steps that are put in, as ratios of times. */
export const FACTORS = [1.2, 1.5, 2.4];

/** A step that is put in, and whether the environment changes with it. */
export interface Step {
  readonly factor: number;
  readonly upgrade?: boolean;
  /** In how many rounds it has to be found; three by default. */
  readonly within?: number;
}

/** A round with an alert of any severity, and the alert. */
export interface Told {
  readonly round: number;
  readonly kind: 'step' | 'small' | 'drift' | 'erratic';
}

/** How often a step of one size was found. */
export interface FoundSteps {
  readonly factor: number;
  readonly hits: number;
  /** Rounds at which it was put in. */
  readonly of: number;
  /** Of these at a change of the environment. */
  readonly atChanges: { readonly hits: number; readonly of: number };
}

/** What a history shows of the detection. */
export interface InjectedRates {
  readonly rounds: number;
  /** Standard deviation of one round, as a share, from the steps between neighbours. */
  readonly noise: number;
  /** Rounds for which there was no baseline to judge them by. */
  readonly blind: number;
  /** Alerts in the unchanged history: false and true ones. */
  readonly told: readonly Told[];
  /** Steps put in at every round from the 20th on that was not raised already. */
  readonly found: readonly FoundSteps[];
}

/**
 * Tries the detection on a history: what it reports it as it is, and how many of the steps it finds within three rounds
 * that are put in at each of its rounds.
 */
export function injectedRates(history: readonly Observation[], limits = TRACK_LIMITS): InjectedRates {
  const seen = history.filter(({ disturbed }) => disturbed !== 'void');
  const states: Track[] = [FRESH];
  for (const each of seen) states.push(track(states.at(-1) ?? FRESH, each, limits));
  const rounds = Array.from({ length: Math.max(0, seen.length - WITHIN + 1 - FIRST) }, (_, at) => FIRST + at);
  const valid = rounds.filter((at) => states[at]?.now.raised === undefined);
  const isChange = (at: number) => seen[at]?.environment !== seen[at - 1]?.environment;
  return {
    rounds: seen.length,
    noise: noiseOf(seen),
    blind: states.slice(1).filter(({ now }) => baselineOf(now, limits) === undefined).length,
    told: told(seen, limits),
    found: FACTORS.map((factor) => {
      const hits = valid.filter((at) => isFound(states[at] ?? FRESH, seen.slice(at), { factor }, limits));
      return {
        factor,
        hits: hits.length,
        of: valid.length,
        atChanges: { hits: hits.filter(isChange).length, of: valid.filter(isChange).length },
      };
    }),
  };
}

/** Whether a step is found that begins with the first of what follows. */
export function isFound(
  before: Track,
  following: readonly Observation[],
  { factor, upgrade = false, within = WITHIN }: Step,
  limits = TRACK_LIMITS,
): boolean {
  let state = before;
  for (const seen of withStep(following.slice(0, within), 0, factor)) {
    state = track(state, upgrade ? { ...seen, environment: 'new' } : seen, limits);
  }
  return state.now.raised !== undefined;
}

/** The same rounds with the guest `factor` times slower from round `at` on. */
export function withStep(series: readonly Observation[], at: number, factor: number): Observation[] {
  return series.map((seen, round) => (round < at ? seen : { ...seen, own: seen.own + Math.log(factor) }));
}

/** Every alert in a history, of any severity. */
export function told(series: readonly Observation[], limits = TRACK_LIMITS): Told[] {
  const all: Told[] = [];
  let state = FRESH;
  series.forEach((seen, round) => {
    const next = track(state, seen, limits);
    const before = state.now.notices.notice;
    const { notice } = next.now.notices;
    if (state.now.raised === undefined && next.now.raised !== undefined) all.push({ round, kind: 'step' });
    if (notice !== undefined && notice.kind !== before?.kind) all.push({ round, kind: notice.kind });
    state = next;
  });
  return all;
}

/** Steps between neighbours spread √2 times as far as the results. */
function noiseOf(seen: readonly Observation[]): number {
  const values = seen.map(({ own, reference }) => own - reference);
  return (
    trimmedSpread(
      values.slice(1).map((value, at) => value - (values[at] ?? value)),
      0,
    ) / Math.SQRT2
  );
}
