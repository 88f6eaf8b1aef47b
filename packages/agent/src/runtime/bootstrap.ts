import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { openConfiguredOutbox } from '../delivery/outbox.ts';
import type { Host } from '../host/host.ts';
import { readIdentity } from '../host/identity/identity.ts';
import { nodeIdFrom } from '../host/identity/node-id.ts';
import { createKernelFileHost } from '../host/kernel-file-host.ts';
import { createSyncedLabClock } from './clock-sync/synced-lab-clock.ts';
import type { AgentConfig } from './config/schema.ts';

export interface AgentOptions {
  config: AgentConfig;
  log: Log;
  /** Ends the agent, gracefully. */
  signal: AbortSignal;
  /** The agent's own program, started again for what needs a process of its own. */
  program: string;
  /** Whether this process had a run before, and was suspended after it. */
  isResumed: boolean;
}

/** What the agent has in hand when it has started: everything of this machine that could have kept it from it. */
export type Agent = Awaited<ReturnType<typeof bootstrap>>;

/** @throws UsageError when the settings cannot work on this machine */
export async function bootstrap(options: AgentOptions) {
  const { config, log } = options;
  const clock = systemClock;
  const access = await natsAccess(config);
  const kernelHost = createKernelFileHost(config['host.root']);
  const stateDir = prepareStateDir(config['state.dir']);
  const identity = await readIdentity(kernelHost);
  const bootDigits = await readBootDigits(kernelHost);
  const newRunId = () => `${bootDigits}-${randomBytes(4).toString('hex')}`;
  const runId = newRunId();
  return {
    ...options,
    clock,
    /** How to log in to NATS: files with secrets were there and good. */
    access,
    /** For the files that the kernel makes. */
    kernelHost,
    /** Can be written to. */
    stateDir,
    lab: config.lab,
    node: nodeIdFrom(config.node, identity),
    name: config.name ?? identity.hostName,
    /** This run of the agent: eight digits of the kernel's boot, a dash, and eight random hex digits. */
    runId,
    /** Id of a new run, should this machine turn out to be rolled back or copied. */
    newRunId,
    labClock: createSyncedLabClock({ layer: config.layer, parent: config.parent }),
    /** Opened, and what earlier runs left in it found. */
    outbox: await openConfiguredOutbox(config, { stateDir, runId, clock, log }),
  };
}

/** The first eight digits of the kernel's boot_id (Documentation/admin-guide/sysctl/kernel.rst). */
async function readBootDigits(host: Host): Promise<string> {
  const found = await host.read('/proc/sys/kernel/random/boot_id', 64);
  const digits = found.state === 'known' ? found.value.replace(/[^0-9a-f]/g, '').slice(0, 8) : '';
  return digits.padEnd(8, '0');
}

/**
 * Makes the agent's folder.
 * @throws UsageError when it cannot be written, naming the way out.
 */
function prepareStateDir(dir: string): string {
  try {
    makeFolder(resolve(dir));
    accessSync(dir, constants.W_OK);
    return dir;
  } catch (error) {
    throw new UsageError(
      `cannot write to the state folder: ${messageOf(error)}; give another with --state-dir or make it writable`,
      { cause: error },
    );
  }
}

/** Not mkdir's own recursion: Node's never ends where a folder exists and yet nothing can be made in it, as in /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}
