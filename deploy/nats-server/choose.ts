import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Wanted } from '../debian/missing.ts';
import { run } from '../debian/run.ts';
import { unpackedPackages } from '../debian/unpacked-packages.ts';
import { findTools, NATS_SERVER } from '../local/tools.ts';
import { fits, parseVersion, RELEASES } from './releases.ts';

export interface NatsServerProgram {
  /** Such as "2.9.10". */
  readonly version: string;
  readonly binary: string;
}

export interface ChooseOptions extends Wanted {
  note(text: string): void;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
  /** Folder for what is downloaded. */
  cache?: string;
}

/**
 * A nats-server by its path, or by a version such as "2.15" or "2.9.10": that of this machine where it is this one, else
 * Debian's, downloaded, verified and unpacked.
 * @throws UsageError of one line when it cannot be had
 */
export async function chooseNatsServer(setting: string, options: ChooseOptions): Promise<NatsServerProgram> {
  if (!/^\d+(\.\d+){1,2}$/.test(setting)) return natsServerAt(setting);
  for (const installed of findTools(NATS_SERVER)) {
    const found = await natsServerAt(installed);
    if (fits(found.version, setting)) return found;
  }
  return download(setting, options);
}

/** @throws UsageError when there is none */
export async function natsServerAt(binary: string): Promise<NatsServerProgram> {
  if (!existsSync(binary)) throw new UsageError(`nats-server not found at ${binary}`);
  const said = await run(binary, ['--version']).catch(messageOf);
  const version = parseVersion(said);
  if (version === undefined)
    throw new UsageError(`${binary} is not a nats-server: it prints "${said.trim()}"`);
  return { binary, version };
}

async function download(wanted: string, options: ChooseOptions): Promise<NatsServerProgram> {
  const suites = RELEASES.filter(([version]) => fits(wanted, version)).map(([, suite]) => suite);
  const refusals: string[] = [];
  for (const suite of suites) {
    try {
      const folder = await unpackedPackages({ ...options, suite, packages: ['nats-server'], alone: true });
      const found = await natsServerAt(join(folder, 'usr/sbin/nats-server'));
      if (fits(found.version, wanted)) return found;
      refusals.push(`${suite} has nats-server ${found.version}, not ${wanted}; ${options.without}`);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      refusals.push(messageOf(error));
    }
  }
  const known = RELEASES.map(([version, suite]) => `${version} (${suite})`).join(', ');
  throw new UsageError(
    refusals[0] ?? `Debian has no nats-server ${wanted}, only ${known}; ${options.without}`,
  );
}
