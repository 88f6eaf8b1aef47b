import { defined } from '@nestwatch/common/defined';
import { learnBaseline } from './baseline.ts';
import { improved } from './improved.ts';
import type { TrackLimits } from './limits.ts';
import { type Observation, ratio } from './observation.ts';
import { JUDGED } from './step.ts';

/** What was measured in one environment, or in several whose levels agree. */
export interface Level {
  readonly environments: readonly string[];
  readonly accepted: readonly Observation[];
  /** The newest results, kept out of the baseline until they are judged. */
  readonly judged: readonly Observation[];
  /** The one before them: neighbours resemble each other. */
  readonly last?: Observation;
}

/** The levels that one machine is known to have. */
export interface Levels {
  readonly level: Level;
  /** Of earlier environments, the last left last. */
  readonly others: readonly Level[];
  /** The environment whose baseline goes on being used, until the present one has its own. */
  readonly carriedFrom?: string;
}

export const NO_LEVELS: Levels = { level: { environments: [], accepted: [], judged: [] }, others: [] };

/** Earlier levels that are remembered. */
const MOST_OTHERS = 12;

/** The levels when a result of another environment arrives: what is known of that one, or what was usual before. */
export function enter(levels: Levels, environment: string, limits: TrackLimits): Levels {
  const { level, others } = levels;
  if (level.environments.includes(environment)) return levels;
  const from = levels.carriedFrom ?? level.environments[0];
  const isYoung = levels.carriedFrom === undefined && level.accepted.length < limits.leastBaseline;
  // Too little is known to carry over: it is learned together.
  if (isYoung || from === undefined) {
    return { ...levels, level: { ...level, environments: [...level.environments, environment] } };
  }
  const known = others.find((other) => other.environments.includes(environment));
  const left = [...others.filter((other) => other !== known), level];
  if (known !== undefined && known.accepted.length >= limits.leastBaseline) {
    return { level: known, others: left };
  }
  const fresh = known ?? {
    environments: [environment],
    accepted: [],
    judged: level.judged,
    ...defined({ last: level.last }),
  };
  const kept = left.filter(
    (other, at) => other.environments.includes(from) || at >= left.length - MOST_OTHERS,
  );
  return { level: fresh, others: kept, carriedFrom: from };
}

/** The results from which the current baseline is learned. */
export function usual({ level, others, carriedFrom }: Levels): readonly Observation[] {
  if (carriedFrom === undefined) return level.accepted;
  return others.find(({ environments }) => environments.includes(carriedFrom))?.accepted ?? level.accepted;
}

/** Puts the newest result into the judged ones; the one that leaves them is learned from. */
export function learn(levels: Levels, seen: Observation, limits: TrackLimits): Levels {
  const { level } = levels;
  const young = level.accepted.length < limits.leastBaseline && levels.carriedFrom === undefined;
  const leaving = level.judged.length >= JUDGED ? level.judged.slice(0, 1) : [];
  // Of another environment are those that were judged across the change: they are kept there.
  const learned = leaving.filter(
    (each) => level.environments.includes(each.environment) && (young || each.disturbed === undefined),
  );
  const accepted = improved([...level.accepted, ...learned].slice(-limits.longestBaseline), limits);
  return settleLevels({ ...levels, level: { ...withJudged(level, seen), accepted } }, limits);
}

/** The level with one more judged result. */
export function withJudged(level: Level, seen: Observation): Level {
  const judged = [...level.judged, seen];
  const last = judged.at(-JUDGED - 1) ?? level.last;
  return { ...level, judged: judged.slice(-JUDGED), ...defined({ last }) };
}

/** Merges the present level with the carried one where they agree, or lets it stand for itself. */
function settleLevels(levels: Levels, limits: TrackLimits): Levels {
  const { level, others, carriedFrom } = levels;
  if (carriedFrom === undefined || level.accepted.length < limits.leastBaseline) return levels;
  const carried = others.find(({ environments }) => environments.includes(carriedFrom));
  if (carried === undefined) return { level, others };
  const before = learnBaseline(carried.accepted.map(ratio));
  const now = learnBaseline(level.accepted.map(ratio));
  const change = now.level - before.level;
  if (Math.abs(change) < Math.log(limits.agree)) {
    const merged: Level = {
      environments: [...carried.environments, ...level.environments],
      accepted: [...carried.accepted, ...level.accepted].slice(-limits.longestBaseline),
      judged: level.judged,
      ...defined({ last: level.last }),
    };
    return { level: merged, others: others.filter((other) => other !== carried) };
  }
  return change < 0 || now.count >= limits.slowerBaseline ? { level, others } : levels;
}
