import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import { median } from '@nestwatch/common/statistics';
import { disturbedHow, type Result } from '../../read/result.ts';
import { isMeasured, type Measured, ratiosTo } from '../rounds/pairing.ts';
import { compareRounds } from './compare-rounds.ts';
import type { ComparedRow, Figures } from './comparison.ts';

/** This many rounds on a side show how much a benchmark scatters from round to round. */
export const ROUNDS_THAT_TELL = 3;

export interface Limits {
  readonly worth: number;
  readonly failAbove?: number;
}

/** The results of one stream on one node, and what its parent measured. */
export interface StreamSide {
  readonly own: readonly Result[];
  readonly parent: readonly Result[];
}

type Outcome = Omit<ComparedRow, 'node' | 'name' | 'layer' | 'dividedBy'>;

/** Compares one stream of one node on two sides. */
export function compareResults(before: StreamSide, after: StreamSide, limits: Limits): Outcome {
  const [was, is] = [withoutDoubt(before.own), withoutDoubt(after.own)];
  const settings = commonSettings(was.sure, is.sure);
  const alike = (side: Sure) =>
    side.sure.filter((each) => (settings ?? each.argumentsHash) === each.argumentsHash);
  const [old, now] = [alike(was), alike(is)];
  const figures = { before: figuresOf(was, old), after: figuresOf(is, now) };
  if (old.length > 0 && now.length > 0 && settings === undefined) {
    return { ...figures, verdict: 'not compared', why: 'its settings changed', fails: false };
  }
  const change = compareRounds(old.map(seconds), now.map(seconds), limits.worth);
  const againstParent = compareRounds(
    ratiosTo(old, before.parent),
    ratiosTo(now, after.parent),
    limits.worth,
  );
  const known = defined({ ...figures, change, againstParent: told(againstParent, old, now) });
  const few = tooFew(old.length, now.length);
  if (change === undefined || few !== undefined) {
    return { ...known, verdict: 'too little to tell', why: few ?? 'too few rounds', fails: false };
  }
  const { failAbove } = limits;
  const judged =
    failAbove === undefined ? undefined : compareRounds(old.map(seconds), now.map(seconds), failAbove);
  return { ...known, verdict: change.verdict, fails: judged?.verdict === 'slower' };
}

const seconds = ({ secondsPerUnit }: Measured<Result>) => secondsPerUnit;

/** A ratio to the parent from too few rounds would be taken for more than it is. */
function told<T>(change: T, old: readonly Result[], now: readonly Result[]): T | undefined {
  return tooFew(old.length, now.length) === undefined ? change : undefined;
}

interface Sure {
  readonly sure: readonly Measured<Result>[];
  readonly doubtful: number;
}

/** Under load a measurement is right, and people notice it. Where the clock jumped or the guest was paused, it is not. */
function withoutDoubt(results: readonly Result[]): Sure {
  const measured = results.filter(isMeasured);
  const sure = measured.filter((each) => disturbedHow(each) !== 'void');
  return { sure, doubtful: measured.length - sure.length };
}

/** The settings that both sides have most results of; undefined where they share none. */
function commonSettings(was: readonly Result[], is: readonly Result[]): string | undefined {
  const [old, now] = [was, is].map((side) => groupBy(side, ({ argumentsHash }) => argumentsHash));
  const shared = [...(old ?? [])].map(
    ([settings, results]) => [settings, Math.min(results.length, now?.get(settings)?.length ?? 0)] as const,
  );
  const [best] = shared.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return best?.[0];
}

function figuresOf({ sure, doubtful }: Sure, counted: readonly Measured<Result>[]): Figures {
  return defined({
    rounds: counted.length,
    doubtful,
    otherSettings: sure.length - counted.length,
    secondsPerUnit: counted.length === 0 ? undefined : median(counted.map(seconds)),
    points: counted.map(({ timeUs: atUs, secondsPerUnit: value }) => ({ atUs, value })),
  });
}

function tooFew(before: number, after: number): string | undefined {
  const missing = (count: number, side: string) =>
    count >= ROUNDS_THAT_TELL ? [] : [`${count === 0 ? 'no' : count} round${count === 1 ? '' : 's'} ${side}`];
  const few = [...missing(before, 'before'), ...missing(after, 'after')];
  return few.length === 0 ? undefined : `${few.join(', ')}; it takes ${ROUNDS_THAT_TELL}`;
}
