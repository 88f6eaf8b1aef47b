import { median } from '@nestwatch/common/statistics';
import { type Baseline, learnBaseline } from './baseline.ts';
import { anchorOf, DRIFT, type LongView, look, NO_VIEW } from './drift.ts';
import { ERRATIC, isWide, scatterRatio } from './erratic.ts';
import { type Levels, usual } from './levels.ts';
import type { TrackLimits } from './limits.ts';
import { type Observation, ratio } from './observation.ts';
import { smallStep } from './windows.ts';

/** Something that is worth knowing, and that three rounds do not show: it calls nobody while it is small. */
export interface Notice {
  /** A small step, a slow drift, or results that scatter more than usual around the same middle. */
  readonly kind: 'small' | 'drift' | 'erratic';
  readonly sinceUs: number;
  /** Newest results over whose middle, or scatter, it is judged. */
  readonly rounds: number;
  /** What it is measured against. Frozen. */
  readonly baseline: Baseline;
  /** Below this, times slower or times the scatter, it is over. */
  readonly over: number;
  /** Times slower than the baseline; for "erratic" times the scatter. */
  readonly size: number;
}

/** The long look at a stream. */
export interface Notices {
  /** Newest results, whatever the environment. */
  readonly recent: readonly Observation[];
  readonly view: LongView;
  readonly notice?: Notice;
}

export const NO_NOTICES: Notices = { recent: [], view: NO_VIEW };

/** The notices with one more result, which is not judged yet. */
export function remember(before: Notices, seen: Observation): Notices {
  const recent = [...before.recent, seen].slice(-DRIFT.rounds);
  return { ...before, recent, view: look(before.view, ratio(seen)) };
}

/** Judges the newest results of a stream that is not raised. @param baseline the current one */
export function notice(
  { recent, view, notice: known }: Notices,
  levels: Levels,
  baseline: Baseline,
  limits: TrackLimits,
): Notices {
  if (!limits.notices) return { recent, view };
  const found = known === undefined ? find(recent, view, levels, baseline) : going(known, recent);
  return found === undefined ? { recent, view } : { recent, view, notice: found };
}

/** The notice as it is now; undefined when it is over. */
function going(known: Notice, recent: readonly Observation[]): Notice | undefined {
  const size = sizeOf(known, recent);
  return size < known.over ? undefined : { ...known, size };
}

function sizeOf(
  { kind, rounds, baseline }: Omit<Notice, 'size' | 'sinceUs'>,
  recent: readonly Observation[],
): number {
  const values = recent.map(ratio);
  if (kind === 'erratic') return scatterRatio(values, baseline);
  return Math.exp(median(values.slice(-rounds)) - baseline.level);
}

function find(
  recent: readonly Observation[],
  view: LongView,
  levels: Levels,
  baseline: Baseline,
): Notice | undefined {
  const values = [...acceptedIn(levels), ...levels.level.judged].map(ratio);
  return (
    smallIn(values, baseline.level, recent) ??
    driftIn(view, baseline, recent) ??
    erraticIn(values, baseline, recent)
  );
}

function smallIn(
  values: readonly number[],
  usualLevel: number,
  recent: readonly Observation[],
): Notice | undefined {
  const small = smallStep(values, usualLevel);
  if (small === undefined) return undefined;
  const { rounds, smallest, baseline } = small;
  return made({ kind: 'small', rounds, baseline, over: Math.sqrt(smallest) }, recent);
}

/** Looked for whenever the long view has one point more. */
function driftIn(view: LongView, baseline: Baseline, recent: readonly Observation[]): Notice | undefined {
  const anchor = view.rest.length === 0 ? anchorOf(view) : undefined;
  if (anchor === undefined) return undefined;
  const { rounds, smallest } = DRIFT;
  const from = { ...baseline, level: anchor };
  const drift = made({ kind: 'drift', rounds, baseline: from, over: Math.sqrt(smallest) }, recent);
  return drift.size >= smallest && Math.log(drift.size) >= 2 * baseline.spread ? drift : undefined;
}

function erraticIn(
  values: readonly number[],
  baseline: Baseline,
  recent: readonly Observation[],
): Notice | undefined {
  const { rounds, earlier: least, over } = ERRATIC;
  const earlier = values.slice(0, -rounds);
  // The baseline in force has some of the newest results in it, and is a little wider than the one before them.
  if (earlier.length < least || scatterRatio(recent.map(ratio), baseline) < 0.7 * ERRATIC.least)
    return undefined;
  const erratic = made({ kind: 'erratic', rounds, baseline: learnBaseline(earlier), over }, recent);
  return erratic.size >= ERRATIC.least && isWide(recent.map(ratio), erratic.baseline) ? erratic : undefined;
}

function made(of: Omit<Notice, 'size' | 'sinceUs'>, recent: readonly Observation[]): Notice {
  const sinceUs = (recent.at(-of.rounds) ?? recent[0])?.timeUs ?? 0;
  return { ...of, sinceUs, size: sizeOf(of, recent) };
}

/** All accepted results that count, in the order of time. */
function acceptedIn(levels: Levels): readonly Observation[] {
  return levels.carriedFrom === undefined ? usual(levels) : [...usual(levels), ...levels.level.accepted];
}
