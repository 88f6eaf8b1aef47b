import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAptGet } from '../../deploy/debian/apt-get.ts';
import { oneAtATime } from '../../deploy/debian/one-at-a-time.ts';
import { KEYRING } from '../../deploy/debian/suites.ts';
import { bootstrap } from '../../deploy/test/debian-bootstrap.ts';
import { passHostSettings, writeAptSettings } from './host-settings.ts';
import { FROM_THE_RELEASE, RELEASES, releaseSources } from './releases.ts';

const exec = promisify(execFile);
/** Mirrors go on: a base older than this is made again. */
const STALE_MS = 14 * 24 * 3_600_000;

export interface RootOptions {
  /** The project's folder, whose current commit is cloned. */
  top: string;
  /** Where the base of each release is kept. */
  cache: string;
  /** The folder that becomes the root. */
  path: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Makes a fresh root of a Debian release: what the distribution has, and the project as a file to be cloned,
 * /nestwatch.bundle. Nothing of this machine is in it but how to reach npm's registry and Debian's mirror.
 */
export async function createFreshRoot(number: string, options: RootOptions): Promise<void> {
  const { top, cache, path, env, signal } = options;
  const archive = join(cache, `debian-${number}.tar`);
  mkdirSync(cache, { recursive: true });
  await oneAtATime(`${archive}.lock`, () => makeBase(number, archive, options), { signal });
  mkdirSync(path, { recursive: true });
  await exec('tar', ['-xf', archive, '-C', path, '--exclude=./dev/*'], { signal });
  passHostSettings(path, env);
  // No service is to be started by being installed, as in any container.
  writeFileSync(join(path, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  execFileSync('git', ['bundle', 'create', join(path, 'nestwatch.bundle'), 'HEAD'], {
    cwd: top,
    stdio: 'ignore',
  });
}

async function makeBase(number: string, archive: string, { signal }: RootOptions): Promise<void> {
  const age = Date.now() - (statSync(archive, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age < STALE_MS) return;
  rmSync(archive, { force: true });
  const work = `${archive}.apt`;
  try {
    const aptSettings = join(work, 'host.conf');
    writeAptSettings(aptSettings);
    const mirror = await createAptGet(work, { kind: 'binary', signal }).mirror();
    const release = RELEASES[number] ?? '';
    const sources = releaseSources(release, mirror, KEYRING);
    await bootstrap(archive, {
      release,
      sources,
      include: FROM_THE_RELEASE,
      aptSettings: [aptSettings],
      signal,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
