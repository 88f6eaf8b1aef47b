import { absent, type Found, type Host, known, unknown } from '../../host/host.ts';
import { ANACONDA_LOG, parseAnaconda } from './anaconda.ts';
import { CLOUD_INIT_LOG, parseCloudInit } from './cloud-init.ts';
import { DEBIAN_INSTALLER_LOG, parseDebianInstaller } from './debian-installer.ts';
import { OSBUILD_LOGS, parseOsbuild } from './osbuild.ts';
import { parseSubiquity, SUBIQUITY_LOG } from './subiquity.ts';

/** How long this machine's own installation took, and by whose log. */
export interface OwnInstallation {
  readonly installer: 'anaconda' | 'debian-installer' | 'subiquity' | 'osbuild' | 'cloud-init';
  readonly log: string;
  readonly seconds: number;
}

interface Source {
  readonly installer: OwnInstallation['installer'];
  readonly logs: readonly string[];
  readonly parse: (log: string) => number | undefined;
}

/** An installer's log tells more than the first boot's, so cloud-init comes last. */
const SOURCES: readonly Source[] = [
  { installer: 'anaconda', logs: [ANACONDA_LOG], parse: parseAnaconda },
  { installer: 'debian-installer', logs: [DEBIAN_INSTALLER_LOG], parse: parseDebianInstaller },
  { installer: 'subiquity', logs: [SUBIQUITY_LOG], parse: parseSubiquity },
  { installer: 'osbuild', logs: OSBUILD_LOGS, parse: parseOsbuild },
  { installer: 'cloud-init', logs: [CLOUD_INIT_LOG], parse: parseCloudInit },
];
const MOST_BYTES = 16 * 1024 * 1024;

/** Looks for the logs that installers leave behind. */
export async function findOwnInstallation(host: Host): Promise<Found<OwnInstallation>> {
  const odd: string[] = [];
  for (const { installer, logs, parse } of SOURCES) {
    for (const log of logs) {
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
