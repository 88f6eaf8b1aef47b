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
  const labUs = (monoUs: number) => {
    const us = facts.labUs(monoUs);
    return us === undefined ? undefined : Math.round(us);
  };
  return {
    benchmark: facts.benchmark,
    variant: measured.variant,
    round: facts.round,
    outcome: v1.BenchmarkResult.Outcome[measured.outcome],
    reason: measured.reason,
    startedWallUs: Math.round(facts.wallUs(measured.startedMonoUs)),
    startedMonoUs: Math.round(measured.startedMonoUs),
    endedMonoUs: Math.round(measured.endedMonoUs),
    repetitions: measured.repetitions.map((each) => ({ ...each })),
    unit: measured.unit,
    engine: measured.engine,
    engineVersion: measured.engineVersion,
    argumentsHash: shortHash({ engine: measured.engine, ...measured.arguments }),
    environment: facts.environment,
    disturbances: [...disturbances],
    target: measured.target ?? '',
    targetName: measured.targetName ?? '',
    full: facts.full,
    exceedsMemory: measured.exceedsMemory ?? false,
    ...defined({
      startedLabUs: labUs(measured.startedMonoUs),
      endedLabUs: labUs(measured.endedMonoUs),
      secondsPerUnit: secondsPerUnit(measured.repetitions),
      units: measured.repetitions[0]?.units,
      distanceLayers: measured.distanceLayers,
      fence: facts.fence,
    }),
  };
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
