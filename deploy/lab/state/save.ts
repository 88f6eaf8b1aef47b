import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { type Cascade, diskPaths } from '../cascade/boot.ts';
import type { Machine } from '../cascade/layout.ts';
import { refuseFullDisk } from '../free-space.ts';
import { orderAndWait } from '../orders.ts';
import { copyDisk } from './copy-disk.ts';
import { stopAtRest } from './stop-at-rest.ts';
import { beginState, keepState, removeState } from './store.ts';

const MIB = 1024 * 1024;
/** What must be left on the disk of the states beside one. */
const SPARE_BYTES = 1024 * MIB;
const LOOK_EVERY_MS = 50;
/** QEMU holds itself back otherwise. */
const NO_LIMIT = 2 ** 40;
/** Lab seconds: the agents' last words at most, and what orders take. */
const FREEZE_LAB_SECONDS = 12;
/** More than these take as much longer, because all share one processor. */
const USUAL_MACHINES = 4;

interface SaveOptions {
  /** Folder of all states. */
  states: string;
  /** Folder of the lab that runs. */
  dataDir: string;
  machines: readonly Machine[];
  identity: string;
  signal: AbortSignal;
  /** Whether the layers are to go on afterwards. */
  goOn: boolean;
}

/**
 * Saves guest0's machine, and with it all that runs in it. Its agents end their runs before.
 * @throws UsageError when the disk is short, RetryableError when a layer or QEMU does not do its part
 */
export async function saveState(cascade: Cascade, options: SaveOptions): Promise<void> {
  const { states, dataDir, machines, identity, signal, goOn } = options;
  const { qmp, speed, tscKhz } = cascade;
  const folder = await beginState(states);
  try {
    await refuseShortDisk(options);
    try {
      await freezeAgents(cascade, options);
      await stopAtRest(qmp, signal);
      try {
        await writeMemory(cascade, join(folder, 'memory'), signal);
        const { scratchDisk, configDisk } = diskPaths(dataDir);
        await copyDisk(scratchDisk, join(folder, 'scratch.ext4'));
        await copyDisk(configDisk, join(folder, 'config.ext4'));
      } finally {
        if (goOn) await qmp.execute('cont');
      }
    } finally {
      if (goOn) await resumeAgents(dataDir, machines, signal);
    }
    await toDisk(join(folder, 'memory'));
    await keepState(states, folder, { identity, speed, tscKhz, savedMs: Date.now() });
  } catch (error) {
    await removeState(folder);
    throw error;
  }
}

async function refuseShortDisk({ states, dataDir, machines }: SaveOptions): Promise<void> {
  const { blocks } = await stat(diskPaths(dataDir).scratchDisk);
  const bytes = (machines[0]?.memoryMib ?? 0) * MIB + blocks * 512 + SPARE_BYTES;
  refuseFullDisk(states, bytes, 'saving the state of the layers');
}

/** Ends the runs of all agents, which then stand still. */
async function freezeAgents({ speed }: Cascade, { dataDir, machines, signal }: SaveOptions): Promise<void> {
  const labSeconds = FREEZE_LAB_SECONDS * Math.max(1, machines.length / USUAL_MACHINES);
  const limit = linkSignals([signal], Math.ceil((labSeconds * 1000) / speed));
  const frozen = machines.map(({ name }) => orderAndWait(dataDir, name, 'freeze', limit.signal));
  await Promise.all(frozen).finally(limit.release);
}

/**
 * Sets the clocks of all layers by this machine's, and lets the agents begin another run: the deepest first, because it
 * takes longest, and all layers share one processor.
 */
export async function resumeAgents(
  dataDir: string,
  machines: readonly Machine[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name } of machines.toReversed()) {
    await orderAndWait(dataDir, name, `resume ${Math.round(Date.now() / 1000)}`, signal);
  }
}

async function writeMemory({ qmp }: Cascade, file: string, signal: AbortSignal): Promise<void> {
  await qmp.execute('migrate-set-parameters', { 'max-bandwidth': NO_LIMIT });
  await qmp.execute('migrate', { uri: `exec:cat >'${file.replaceAll("'", "'\\''")}'` });
  for (;;) {
    const { status, 'error-desc': why = '' } = (await qmp.execute('query-migrate')) as Record<string, string>;
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled')
      throw new RetryableError(`QEMU could not save: ${why}`);
    if (!(await pause(LOOK_EVERY_MS, signal))) signal.throwIfAborted();
  }
}

/** A state with a name must be there whole after a power cut. */
async function toDisk(file: string): Promise<void> {
  const handle = await open(file);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
