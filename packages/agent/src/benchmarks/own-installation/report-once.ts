import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@nestwatch/common/clock';
import { v1 } from '@nestwatch/proto';
import type { Host } from '../../host/host.ts';
import { readEnvironment, shortHash } from '../environment.ts';
import type { ResultBody } from '../result.ts';
import { findOwnInstallation, type OwnInstallation } from './find.ts';

export interface ReportOnceOptions {
  readonly host: Host;
  readonly clock: Clock;
  readonly stateDir: string;
  publish(result: ResultBody): void;
}

/** Publishes how long this machine's own installation took, once in the life of the state folder. */
export async function reportOwnInstallation({
  host,
  clock,
  stateDir,
  publish,
}: ReportOnceOptions): Promise<void> {
  const marker = join(stateDir, 'own-installation.json');
  const reported = await readFile(marker, 'utf8').catch(() => undefined);
  if (reported !== undefined) return;
  const found = await findOwnInstallation(host);
  if (found.state !== 'known') return;
  publish(await toResult(found.value, host, clock));
  await writeFile(marker, `${JSON.stringify(found.value)}\n`, { mode: 0o600 });
}

async function toResult(
  { installer, seconds }: OwnInstallation,
  host: Host,
  clock: Clock,
): Promise<ResultBody> {
  const monoUs = Math.round(clock.monoUs());
  return {
    benchmark: 'guest.install',
    variant: 'passive',
    round: '',
    outcome: v1.BenchmarkResult.Outcome.OK,
    reason: '',
    startedWallUs: Math.round(clock.wallUs()),
    startedMonoUs: monoUs,
    endedMonoUs: monoUs,
    repetitions: [{ durationUs: seconds * 1e6, units: 1 }],
    secondsPerUnit: seconds,
    unit: 'run',
    units: 1,
    engine: installer,
    engineVersion: '',
    argumentsHash: shortHash({ engine: installer }),
    environment: await readEnvironment(host),
    disturbances: [],
    last: true,
  };
}
