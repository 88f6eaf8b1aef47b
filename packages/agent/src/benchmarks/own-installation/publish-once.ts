import { join } from 'node:path';
import type { Clock } from '@nestwatch/common/clock';
import { jsonFile } from '@nestwatch/common/json-file';
import { absent, type Found, type Host, known, unknown } from '../../host/host.ts';
import { readEnvironment } from '../environment.ts';
import { measured } from '../measure.ts';
import { type ResultBody, toResult } from '../result.ts';
import { INSTALLER_LOGS, type InstallerLog } from './installer-logs.ts';

export interface PublishOnceOptions {
  readonly host: Host;
  readonly clock: Clock;
  readonly stateDir: string;
  publish(result: ResultBody): void;
}

/** Publishes how long this machine's own installation took, once in the life of the state folder. */
export async function publishOwnInstallation(options: PublishOnceOptions): Promise<void> {
  const { host, clock, stateDir, publish } = options;
  const published = jsonFile<object>(join(stateDir, 'own-installation.json'), (json) => json ?? undefined);
  if (published.read() !== undefined) return;
  const found = await findOwnInstallation(host);
  if (found.state !== 'known') return;
  const { installer, seconds } = found.value;
  const about = {
    variant: 'passive',
    unit: 'run',
    engine: installer,
    engineVersion: '',
    arguments: {},
  } as const;
  const repetition = { durationUs: seconds * 1e6, units: 1 };
  const facts = {
    benchmark: 'guest.install',
    round: '',
    full: false,
    environment: await readEnvironment(host),
    wallUs: () => clock.wallUs(),
    labUs: () => undefined,
  };
  publish({ ...toResult(facts, measured(clock, about, clock.monoUs(), [repetition]), []), last: true });
  await published.write(found.value);
}

/** How long this machine's own installation took, and by whose log. */
export interface OwnInstallation {
  readonly installer: InstallerLog['installer'];
  readonly log: string;
  readonly seconds: number;
}

const MOST_BYTES = 16 * 1024 * 1024;

/** Looks for the logs that installers leave behind. */
export async function findOwnInstallation(host: Host): Promise<Found<OwnInstallation>> {
  const odd: string[] = [];
  for (const { installer, paths, parse } of INSTALLER_LOGS) {
    for (const log of paths) {
      const found = await host.read(log, MOST_BYTES);
      if (found.state === 'denied') odd.push(found.reason);
      if (found.state !== 'known') continue;
      const seconds = parse(found.value);
      if (seconds !== undefined) return known({ installer, log, seconds });
      odd.push(`${log}: it has no duration`);
    }
  }
  return odd.length > 0 ? unknown(odd.join('; ')) : absent('no installer log found');
}
