import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnDeath, Processes } from '../../local/processes.ts';
import { type ConsoleLine, openConsole } from './console.ts';
import { makeScratchDisk, writeConfigDisk } from './disks.ts';
import type { CascadePaths, CascadePlan } from './plan.ts';
import { openQmp } from './qmp.ts';

interface StartOptions {
  processes: Processes;
  onDeath: OnDeath;
  /** Lab seconds in one second of this machine. */
  speed: number;
  /** Frequency of this machine's time stamp counter, kHz. */
  tscKhz: number;
  onLine(line: ConsoleLine): void;
  /** Open file with the state to begin with; absent to boot. */
  state?: number;
}

export type Cascade = Awaited<ReturnType<typeof startGuest0>>;

export const diskPaths = (folder: string) => ({
  configDisk: join(folder, 'config.ext4'),
  scratchDisk: join(folder, 'scratch.ext4'),
});

/** Makes the disks and starts guest0's QEMU, which starts the rest. */
export async function bootCascade(
  plan: CascadePlan,
  folder: string,
  options: Omit<StartOptions, 'state'>,
): Promise<Cascade> {
  await mkdir(folder, { recursive: true });
  await writeConfigDisk(plan.system.tree, folder, plan.files);
  await makeScratchDisk(plan.system.tree, folder, plan.machines);
  return startGuest0(plan, folder, options);
}

/** Starts guest0's QEMU on the disks in a folder. */
export async function startGuest0(plan: CascadePlan, folder: string, options: StartOptions) {
  const { processes, onDeath, speed, tscKhz, onLine, state } = options;
  const console = await openConsole(folder, { busybox: plan.busybox, onLine });
  const monitorPath = join(folder, 'monitor');
  const qmp = await openQmp(monitorPath, plan.busybox);
  const paths: CascadePaths = {
    ...diskPaths(folder),
    ...{ consolePath: console.path, monitorPath, serialLog: join(folder, 'guest0-kernel.log') },
  };
  // The first descriptor after the three that every process has.
  const incoming = state === undefined ? undefined : { incoming: 3 };
  const { program, args, env } = plan.commandLine(paths, { speed, tscKhz }, incoming);
  const child = processes.start('guest0', program, args, {
    env,
    files: state === undefined ? [] : [state],
    onDeath(...death) {
      qmp.close();
      onDeath(...death);
    },
  });
  const close = () => {
    console.close();
    qmp.close();
  };
  return {
    console,
    /** guest0's QEMU. */
    qmp,
    speed,
    tscKhz,
    close,
    /** Ends the machines. */
    async end() {
      await processes.stop(child);
      close();
    },
  };
}
