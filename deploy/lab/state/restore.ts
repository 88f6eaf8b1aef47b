import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { unlessAborted } from '@nestwatch/common/unless-aborted';
import type { OnDeath, Processes } from '../../local/processes.ts';
import { type Cascade, diskPaths, startGuest0 } from '../cascade/boot.ts';
import type { ConsoleLine } from '../cascade/console.ts';
import type { CascadePlan } from '../cascade/plan.ts';
import { copyDisk } from './copy-disk.ts';
import type { SavedState } from './store.ts';

const LOOK_EVERY_MS = 50;
/** It takes a second, or as many as a slow disk needs for a gigabyte. */
const READ_LIMIT_MS = 120_000;

interface RestoreOptions {
  processes: Processes;
  /** Folder of the lab. */
  folder: string;
  onLine(line: ConsoleLine): void;
  onDeath: OnDeath;
  signal: AbortSignal;
}

/**
 * Starts guest0's machine with a saved state; its layers run when this resolves, and their agents stand still.
 * @throws RetryableError when QEMU does not take it
 */
export async function restoreState(
  plan: CascadePlan,
  { folder: from, speed, tscKhz }: SavedState,
  { processes, folder, onLine, onDeath, signal }: RestoreOptions,
): Promise<Cascade> {
  await mkdir(folder, { recursive: true });
  const { scratchDisk, configDisk } = diskPaths(folder);
  await copyDisk(join(from, 'scratch.ext4'), scratchDisk);
  await copyDisk(join(from, 'config.ext4'), configDisk);
  const state = openSync(join(from, 'memory'), 'r');
  const start = { processes, onDeath, onLine, speed, tscKhz, state };
  const cascade = await startGuest0(plan, folder, start).finally(() => closeSync(state));
  try {
    await waitUntilRead(cascade, signal);
    await cascade.qmp.execute('cont');
    return cascade;
  } catch (error) {
    await cascade.end();
    throw error;
  }
}

async function waitUntilRead({ qmp }: Cascade, stop: AbortSignal): Promise<void> {
  const { signal, release } = linkSignals([stop], READ_LIMIT_MS);
  try {
    for (;;) {
      const answer = await unlessAborted(qmp.execute('query-status'), signal);
      const { status } = (answer ?? { status: 'silent' }) as { status: string };
      if (status === 'paused') return;
      if (status !== 'inmigrate') throw new RetryableError(`QEMU is ${status} after reading it`);
      if (!(await pause(LOOK_EVERY_MS, signal))) signal.throwIfAborted();
    }
  } finally {
    release();
  }
}
