import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackageFormat } from '@nestwatch/common/invite/offer';
import { runProcess } from '../../host/child-process.ts';

/** Dpkg with its triggers takes minutes in a deep guest. */
const INSTALL_MS = 900_000;
const RESTART_MS = 120_000;
/** A word of dpkg-query's own. */
const STATUS = '$' + '{db:Status-Status}';
const PACKAGE = 'nestwatch-agent-standalone';
const UNIT = 'nestwatch-agent.service';
const UNITS = '/etc/systemd/system';

/** The installation of the agent that this program is of. */
export interface Installation {
  /** Undefined for one that is upgraded otherwise, such as the package that uses the distribution's Node. */
  format(): Promise<PackageFormat | undefined>;
  /** Installs a package over what is there, of an older or a newer version. @throws Error */
  install(format: PackageFormat, file: string): Promise<void>;
  /** @throws Error */
  restart(): Promise<void>;
  /** Below this folder it is installed. */
  readonly home: string;
}

/** @param program the agent's own, such as /opt/nestwatch-agent/lib/nestwatch-agent.mjs */
export function installationOf(program: string, signal: AbortSignal, units: string = UNITS): Installation {
  const home = dirname(dirname(program));
  const run = (command: string, args: readonly string[], limitMs: number) =>
    runProcess(command, args, { signal, limitMs });
  const done = async (command: string, args: readonly string[], limitMs = INSTALL_MS) => {
    const { problem, complaint } = await run(command, args, limitMs);
    if (problem !== '') throw new Error(`${command} ${problem}: ${complaint}`);
  };
  return {
    home,
    async format() {
      const dpkg = await run('dpkg-query', ['-W', '-f', STATUS, PACKAGE], RESTART_MS);
      if (dpkg.stdout === 'installed') return 'deb';
      const rpm = await run('rpm', ['-q', PACKAGE], RESTART_MS);
      if (rpm.code === 0) return 'rpm';
      return existsSync(join(home, 'VERSION')) ? 'tar.xz' : undefined;
    },
    async install(format, file) {
      if (format === 'deb') await done('dpkg', ['--force-confold', '--force-downgrade', '-i', file]);
      else if (format === 'rpm')
        await done('rpm', ['-U', '--oldpackage', '--replacepkgs', '--nosignature', file]);
      else await installFolder(home, file, units, done);
    },
    restart: () => done('systemctl', ['restart', UNIT], RESTART_MS),
  };
}

/** Unpacks beside what is there, and puts it in its place as a whole. */
async function installFolder(
  home: string,
  file: string,
  units: string,
  done: (command: string, args: readonly string[]) => Promise<void>,
): Promise<void> {
  const [fresh, old] = [`${home}.new`, `${home}.old`];
  for (const each of [fresh, old]) rmSync(each, { recursive: true, force: true });
  mkdirSync(fresh);
  try {
    await done('tar', ['-xJf', file, '-C', fresh, '--strip-components=1', '--no-same-owner']);
    if (!existsSync(join(fresh, 'bin/nestwatch-agent'))) throw new Error('the package has no agent');
    renameSync(home, old);
    renameSync(fresh, home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
  copyUnits(join(home, 'share/systemd/system'), units);
  await done('systemctl', ['daemon-reload']);
}

/** Those that the installer put there. */
function copyUnits(from: string, to: string): void {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from))
    if (existsSync(join(to, name))) cpSync(join(from, name), join(to, name));
}
