import { seeded } from '@nestwatch/testkit/random';
import { isFound, told, withStep } from '../../../src/analysis/detect/injected.ts';
import { TRACK_LIMITS } from '../../../src/analysis/detect/limits.ts';
import type { Observation } from '../../../src/analysis/detect/observation.ts';
import { FRESH, track } from '../../../src/analysis/detect/tracker.ts';
import { type Case, percent, type Share, share } from './error-rates.ts';
import type { Series } from './real-series.ts';
import { simulate } from './simulation.ts';

const HISTORY = 90;
const AFTER = 15;
/** Rounds that an episode lasts, and how many times slower they are. */
const [SHORTEST, LONGEST] = [3, 4];
const [SMALLEST, LARGEST] = [1.2, 1.3];
/** A lasting step of this size waits. */
const LASTING = 1.25;
const AT_ONCE = { ...TRACK_LIMITS, waitRounds: 0 };

/**
 * Short and small episodes that are reported as a step, without waiting and with it; and lasting steps of 1.25 that are found within
 * five rounds, the same.
 */
export function episodesRow(label: string, of: Case, series: number): string {
  const { atOnce, waiting, real, realWaiting } = episodes(of, series);
  const gone = atOnce.hits === 0 ? '–' : (100 * (1 - waiting.hits / atOnce.hits)).toFixed(0);
  return `| ${[label, percent(atOnce), percent(waiting), gone, percent(real), percent(realWaiting)].join(' | ')} |`;
}

function episodes(of: Case, series: number) {
  const counts = { atOnce: 0, waiting: 0, real: 0, realWaiting: 0 };
  let valid = 0;
  for (let at = 0; at < series; at += 1) {
    const seed = 3 + at * 15_485_863;
    const random = seeded(seed + 1);
    const rounds = simulate({ ...of, rounds: HISTORY + LONGEST + AFTER, seed });
    const before = rounds.slice(0, HISTORY).reduce((state, seen) => track(state, seen), FRESH);
    if (before.now.raised !== undefined) continue;
    valid += 1;
    const lasts = SHORTEST + Math.floor(random() * (LONGEST - SHORTEST + 1));
    const factor = SMALLEST * (LARGEST / SMALLEST) ** random();
    const episode = withStep(withStep(rounds, HISTORY, factor), HISTORY + lasts, 1 / factor);
    counts.atOnce += Number(isTold(episode, AT_ONCE));
    counts.waiting += Number(isTold(episode, TRACK_LIMITS));
    const lasting = { factor: LASTING, within: 5 };
    counts.real += Number(isFound(before, rounds.slice(HISTORY), lasting, AT_ONCE));
    counts.realWaiting += Number(isFound(before, rounds.slice(HISTORY), lasting));
  }
  const shares = Object.entries(counts).map(([name, hits]) => [name, share(hits, valid)]);
  return Object.fromEntries(shares) as Record<keyof typeof counts, Share>;
}

function isTold(rounds: readonly Observation[], limits: typeof TRACK_LIMITS): boolean {
  return told(rounds, limits).some(({ round, kind }) => kind === 'step' && round >= HISTORY);
}

/** Steps reported in real series as they are, at once and after waiting. */
export function realEpisodes(series: readonly Series[]): { atOnce: number; waiting: number } {
  const count = (limits: typeof TRACK_LIMITS) =>
    series.flatMap(({ seen }) => told(seen, limits)).filter(({ kind }) => kind === 'step').length;
  return { atOnce: count(AT_ONCE), waiting: count(TRACK_LIMITS) };
}
