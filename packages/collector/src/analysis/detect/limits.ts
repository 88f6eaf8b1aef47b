import { STEP_LIMITS } from './step.ts';

export const TRACK_LIMITS = {
  ...STEP_LIMITS,
  /** Fewest accepted results before anything is judged. */
  leastBaseline: 8,
  /** Most accepted results that the baseline remembers. */
  longestBaseline: 100,
  /** Below this ratio to the baseline a slowdown counts as over. */
  clear: 1.1,
  /** Rounds in a row that have to say so. */
  clearRounds: 2,
  /** Whether small steps, drifts and scatter are looked for. */
  notices: true,
  /** Levels of two environments that differ by less, as a ratio, are one. */
  agree: 1.1,
  /** A new environment's level that is slower, but not by enough for an alert, becomes the usual one after this many results. */
  slowerBaseline: 20,
};
export type TrackLimits = Readonly<typeof TRACK_LIMITS>;

/**
 * Windows of a probe follow each other closely and resemble each other, and there are many of them; they explain
 * rather than call people. So they are asked for far more evidence than rounds of a benchmark.
 */
export const PROBE_LIMITS: TrackLimits = {
  ...TRACK_LIMITS,
  smallest: 1.5,
  evidence: 6,
  clear: 1.25,
  notices: false,
};
