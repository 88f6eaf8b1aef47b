import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { type BenchmarkShape, type EnvironmentShape, v1 } from '@nestwatch/proto';
import type { Measured, Outcome } from './benchmark.ts';
import { shortHash } from './environment.ts';
import { secondsPerUnit } from './measure.ts';

/** A result as it is published, apart from the header that the outbox puts on. */
export type ResultBody = Omit<BenchmarkShape, 'header'>;

/** What all results of one run share. */
export interface RunFacts {
  readonly benchmark: string;
  readonly round: string;
  readonly full: boolean;
  readonly environment: EnvironmentShape;
  /** Revision of the lease under which it ran; absent when it ran without one. */
  readonly fence?: number | undefined;
  /** This node's wall clock and estimate of lab time for a moment on its monotonic clock. */
  wallUs(monoUs: number): number;
  labUs(monoUs: number): number | undefined;
}

export function toResult(facts: RunFacts, measured: Measured, disturbances: readonly string[]): ResultBody {
  const { wallUs, labUs, fence, ...run } = facts;
  const { outcome, arguments: given, startedMonoUs, endedMonoUs, repetitions, ...same } = measured;
  const rounded = (us: number | undefined) => (us === undefined ? undefined : Math.round(us));
  return {
    target: '',
    targetName: '',
    exceedsMemory: false,
    ...run,
    ...same,
    outcome: v1.BenchmarkResult.Outcome[outcome],
    startedWallUs: Math.round(wallUs(startedMonoUs)),
    startedMonoUs: Math.round(startedMonoUs),
    endedMonoUs: Math.round(endedMonoUs),
    repetitions: [...repetitions],
    argumentsHash: shortHash({ engine: measured.engine, ...given }),
    disturbances: [...disturbances],
    ...defined({
      startedLabUs: rounded(labUs(startedMonoUs)),
      endedLabUs: rounded(labUs(endedMonoUs)),
      secondsPerUnit: secondsPerUnit(repetitions),
      cyclesPerUnit: cyclesPerExit(measured, run.environment),
      units: repetitions[0]?.units,
      fence,
    }),
  };
}

/** What an exit takes, in cycles; undefined for other units, and where the counter's rate is not known. */
function cyclesPerExit({ unit, repetitions }: Measured, { tscMhz }: EnvironmentShape): number | undefined {
  const seconds = secondsPerUnit(repetitions);
  if (unit !== 'exit' || seconds === undefined || !tscMhz) return undefined;
  return seconds * tscMhz * 1e6;
}

/** A result for a benchmark that was not run or that ended without a measurement. */
export function emptyResult(
  facts: Pick<RunFacts, 'benchmark' | 'round' | 'full'> & Partial<RunFacts>,
  outcome: Outcome,
  reason: string,
  clock: Clock,
): ResultBody {
  const nowUs = Math.round(clock.monoUs());
  return {
    benchmark: facts.benchmark,
    round: facts.round,
    full: facts.full,
    outcome: v1.BenchmarkResult.Outcome[outcome],
    reason,
    startedWallUs: Math.round(clock.wallUs()),
    startedMonoUs: nowUs,
    endedMonoUs: nowUs,
    repetitions: [],
    disturbances: [],
    ...defined({ environment: facts.environment, fence: facts.fence }),
  };
}
