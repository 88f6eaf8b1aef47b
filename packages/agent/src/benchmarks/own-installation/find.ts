import { absent, type Found, type Host, known, unknown } from '../../host/host.ts';
import { INSTALLER_LOGS, type InstallerLog } from './installer-logs.ts';

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
      odd.push(`${log}: no duration in it`);
    }
  }
  return odd.length > 0 ? unknown(odd.join('; ')) : absent('no log of an installer');
}
