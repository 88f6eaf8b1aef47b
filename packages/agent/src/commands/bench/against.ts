import { type Change, compareTimes } from '@nestwatch/common/compare-times';
import { median } from '@nestwatch/common/statistics';
import { v1 } from '@nestwatch/proto';
import type { ResultBody } from '../../benchmarks/result.ts';
import type { Run } from './runs.ts';
import { outcomeName, titleOf } from './table.ts';

/** One benchmark now and before. Times are seconds for one unit of its work. */
export interface Compared {
  readonly title: string;
  readonly unit: string;
  readonly runs: number;
  readonly before?: number;
  readonly now?: number;
  /** Absent where nothing can be said, for which `why` gives the reason. */
  readonly change?: Change;
  readonly why?: string;
}

/** This many runs show how much a benchmark scatters from run to run. */
const RUNS_THAT_TELL = 3;

/**
 * Compares results with those of earlier runs.
 * @param saved the oldest first
 * @param worth the smallest ratio that is worth a word
 */
export function compareWith(
  saved: readonly Run[],
  results: readonly ResultBody[],
  worth: number,
): readonly Compared[] {
  return results.map((result) => compareOne(saved, result, worth));
}

function compareOne(saved: readonly Run[], result: ResultBody, worth: number): Compared {
  const [title, unit, now] = [titleOf(result), result.unit ?? '', result.secondsPerUnit ?? undefined];
  const about = { title, unit, ...(now === undefined ? {} : { now }) };
  if (!isMeasured(result)) return { ...about, runs: 0, why: `${outcomeName(result)}: ${result.reason}` };
  const same = saved.flatMap((run) =>
    run.results.filter((each) => titleOf(each) === title && isMeasured(each)),
  );
  if (same.length === 0) return { ...about, runs: 0, why: 'the file has no result for it' };
  const alike = same.filter(({ argumentsHash }) => argumentsHash === result.argumentsHash);
  if (alike.length === 0) return { ...about, runs: 0, why: 'measured with other settings: not compared' };
  const calm = alike.filter(isCalm);
  if (calm.length > 0 && !isCalm(result))
    return { ...about, runs: calm.length, why: `disturbed: ${result.disturbances?.join(', ')}` };
  return { ...about, ...judged(calm.length > 0 ? calm : alike, result, worth) };
}

/** How much a benchmark scatters from run to run is known after a few; its repetitions within one are more alike. */
function judged(runs: readonly ResultBody[], result: ResultBody, worth: number) {
  const before = runs.map(secondsPerUnit);
  const all = { runs: runs.length, before: median(before) };
  const change = compareTimes(before, [secondsPerUnit(result)], worth);
  return change === undefined || runs.length < RUNS_THAT_TELL
    ? { ...all, why: `the file has ${runs.length} runs, and ${RUNS_THAT_TELL} are required` }
    : { ...all, change };
}

const isMeasured = ({ outcome, secondsPerUnit }: ResultBody) =>
  outcome === v1.BenchmarkResult.Outcome.OK && (secondsPerUnit ?? 0) > 0;

const secondsPerUnit = (result: ResultBody) => result.secondsPerUnit ?? Number.NaN;

const isCalm = ({ disturbances }: ResultBody) => (disturbances ?? []).length === 0;

/** What of the machine is another than in the newest of the saved runs: "kernel 6.1.0-37 → 6.12.117". */
export function environmentChanges(saved: readonly Run[], results: readonly ResultBody[]): readonly string[] {
  const [was, is] = [saved.at(-1)?.results, results].map(
    (some) => some?.find(({ environment }) => environment != null)?.environment,
  );
  if (was == null || is == null) return [];
  const names = {
    kernel: 'kernel',
    cpuModel: 'CPU',
    cpus: 'CPUs',
    clocksource: 'clock source',
    parentHypervisor: 'hypervisor',
    nodeVersion: 'Node.js',
  } as const;
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((key) => was[key] !== is[key])
    .map((key) => `${names[key]} ${was[key] || 'unknown'} → ${is[key] || 'unknown'}`);
}
