import { randomBytes } from 'node:crypto';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { type NatsAccess, natsAccess } from '@nestwatch/common/nats/access';
import type { Outbox } from '../delivery/outbox.ts';
import { openConfiguredOutbox } from '../delivery/outbox.ts';
import type { Host } from '../host/host.ts';
import { readIdentity } from '../host/identity/identity.ts';
import { nodeIdFrom } from '../host/identity/node-id.ts';
import { createKernelFileHost } from '../host/kernel-file-host.ts';
import { createSyncedLabClock, type SyncedLabClock } from './clock-sync/synced-lab-clock.ts';
import type { AgentConfig } from './config/schema.ts';
import { makeRunId } from './run-id.ts';
import { prepareStateDir } from './state-dir.ts';

/** What the agent has in hand when it has started: everything of this machine that could have kept it from it. */
export interface Bootstrapped {
  /** How to log in to NATS: files with secrets were there and good. */
  access: NatsAccess;
  /** For the files that the kernel makes. */
  kernelHost: Host;
  /** Can be written to. */
  stateDir: string;
  node: string;
  name: string;
  /** This run of the agent. */
  runId: string;
  /** Id of a new run, should this machine turn out to be rolled back or copied. */
  newRunId: () => string;
  labClock: SyncedLabClock;
  /** Opened, and what earlier runs left in it found. */
  outbox: Outbox;
}

/** @throws UsageError when the settings cannot work on this machine. */
export async function bootstrap(config: AgentConfig, clock: Clock, log: Log): Promise<Bootstrapped> {
  const access = await natsAccess(config);
  const kernelHost = createKernelFileHost(config['host.root']);
  const stateDir = prepareStateDir(config['state.dir']);
  const identity = await readIdentity(kernelHost);
  const node = nodeIdFrom(config.node, identity);
  const name = config.name ?? identity.hostName;
  const randomHex = () => randomBytes(4).toString('hex');
  const runId = await makeRunId(kernelHost, randomHex);
  const labClock = createSyncedLabClock({ layer: config.layer, parent: config.parent });
  const outbox = await openConfiguredOutbox(config, { stateDir, runId, clock, log });
  return {
    access,
    kernelHost,
    stateDir,
    node,
    name,
    runId,
    labClock,
    outbox,
    newRunId: () => `${runId.slice(0, 8)}-${randomHex()}`,
  };
}
