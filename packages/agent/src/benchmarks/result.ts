import { type BenchmarkShape, type EnvironmentShape, v1 } from '@nestwatch/proto';
import type { Measured, Outcome } from './benchmark.ts';
import { shortHash } from './environment.ts';
import { secondsPerUnit } from './measure.ts';

/** A result as it is published, apart from the header that the outbox puts on. */
export type ResultBody = Omit<BenchmarkShape, 'header'>;

const { OK, FAILED, SKIPPED, ABSENT, UNREACHABLE, TIMED_OUT } = v1.BenchmarkResult.Outcome;
const OUTCOMES: Readonly<Record<Outcome, number>> = {
  ok: OK,
  failed: FAILED,
  absent: ABSENT,
  unreachable: UNREACHABLE,
  'timed-out': TIMED_OUT,
};

/** What all results of one run share. */
export interface RunFacts {
  readonly benchmark: string;
  readonly round: string;
  readonly full: boolean;
  readonly environment: EnvironmentShape;
  /** Revision of the lease under which it ran; absent when it ran without one. */
  readonly fence?: number;
  /** This node's wall clock and estimate of lab time for a moment on its monotonic clock. */
  wallUs(monoUs: number): number;
  labUs(monoUs: number): number | undefined;
}

export function toResult(facts: RunFacts, measured: Measured, disturbances: readonly string[]): ResultBody {
  const units = measured.repetitions[0]?.units;
  const perUnit = secondsPerUnit(measured.repetitions);
  const startedLabUs = facts.labUs(measured.startedMonoUs);
  const endedLabUs = facts.labUs(measured.endedMonoUs);
  return {
    benchmark: facts.benchmark,
    variant: measured.variant,
    round: facts.round,
    outcome: OUTCOMES[measured.outcome],
    reason: measured.reason,
    startedWallUs: Math.round(facts.wallUs(measured.startedMonoUs)),
    startedMonoUs: Math.round(measured.startedMonoUs),
    endedMonoUs: Math.round(measured.endedMonoUs),
    ...(startedLabUs === undefined ? {} : { startedLabUs: Math.round(startedLabUs) }),
    ...(endedLabUs === undefined ? {} : { endedLabUs: Math.round(endedLabUs) }),
    repetitions: measured.repetitions.map((each) => ({ ...each })),
    ...(perUnit === undefined ? {} : { secondsPerUnit: perUnit }),
    unit: measured.unit,
    ...(units === undefined ? {} : { units }),
    engine: measured.engine,
    engineVersion: measured.engineVersion,
    argumentsHash: shortHash({ engine: measured.engine, ...measured.arguments }),
    environment: facts.environment,
    disturbances: [...disturbances],
    target: measured.target ?? '',
    targetName: measured.targetName ?? '',
    ...(measured.distanceLayers === undefined ? {} : { distanceLayers: measured.distanceLayers }),
    full: facts.full,
    exceedsMemory: measured.exceedsMemory ?? false,
    ...(facts.fence === undefined ? {} : { fence: facts.fence }),
  };
}

/** A result for a benchmark that was not run or that ended without a measurement. */
export function emptyResult(
  facts: Pick<RunFacts, 'benchmark' | 'round' | 'full'> & Partial<RunFacts>,
  outcome: Outcome | 'skipped',
  reason: string,
  clock: { monoUs: number; wallUs: number },
): ResultBody {
  return {
    benchmark: facts.benchmark,
    round: facts.round,
    full: facts.full,
    outcome: outcome === 'skipped' ? SKIPPED : OUTCOMES[outcome],
    reason,
    startedWallUs: Math.round(clock.wallUs),
    startedMonoUs: Math.round(clock.monoUs),
    endedMonoUs: Math.round(clock.monoUs),
    repetitions: [],
    disturbances: [],
    ...(facts.environment === undefined ? {} : { environment: facts.environment }),
    ...(facts.fence === undefined ? {} : { fence: facts.fence }),
  };
}
