import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../local/with-processes.ts';
import type { SystemImage } from '../image/system-image.ts';
import type { LabConfig } from '../settings.ts';
import { type ConsoleLine, openConsole } from './console.ts';
import { makeConfigDisk, makeScratchDisk } from './disks.ts';
import { BUILD_MACHINE, layOut } from './layout.ts';
import { outerCommandLine } from './outer-machine.ts';
import type { Slowness } from './slow.ts';
import { readTscKhz } from './speed.ts';

/** Makes the disks and starts guest0's QEMU, which starts the rest. Gives the console. */
export async function bootCascade(
  config: LabConfig,
  { processes, onDeath }: Run,
  {
    speed,
    slownesses,
    system,
    natsUrl,
    bare = false,
    onLine,
  }: {
    /** Lab seconds in one second of this machine. */
    speed: number;
    slownesses: readonly Slowness[];
    system: SystemImage;
    natsUrl: string;
    /** Layers have no agent until they are invited; the system is a bare one. */
    bare?: boolean;
    onLine(line: ConsoleLine): void;
  },
) {
  const folder = config['data.dir'];
  await mkdir(folder, { recursive: true });
  const layers = layOut(config.layers, bare);
  const configDisk = await makeConfigDisk(system.tree, folder, {
    layers,
    parts: system.layers,
    agentEnv: agentEnv(config, natsUrl),
    withoutNestedPaging: slownesses.filter(({ kind }) => kind === 'npt').map(({ depth }) => depth),
    bare,
  });
  const scratchDisk = await makeScratchDisk(system.tree, folder, layers);
  const busybox = join(system.tree, 'bin/busybox');
  const console = await openConsole(folder, { busybox, onLine });
  const { program, args, env } = outerCommandLine({
    system,
    configDisk,
    scratchDisk,
    layer: layers[0],
    accelerator: config.accel,
    consolePath: console.path,
    serialLog: join(folder, 'guest0-kernel.log'),
    speed,
    tscKhz: readTscKhz(),
  });
  processes.start('guest0', program, args, { env, onDeath });
  return console;
}

/** The same in every layer: what a layer is, it has to find out. */
function agentEnv(config: LabConfig, natsUrl: string): Record<string, string> {
  return {
    NESTWATCH_LAB: config.lab,
    NESTWATCH_INTERVAL: `${config.interval}ms`,
    // Ten times as long outside. With each comparison comes what a node is asked for.
    NESTWATCH_CLOCK_INTERVAL: '10s',
    NESTWATCH_BENCHMARKS_AT_START: config.benchmarks.join(','),
    NESTWATCH_LOG_LEVEL: config['keep-logs'] === '' ? 'warn' : 'info',
    // All its processes would find in an emulated machine is that it is one.
    NESTWATCH_INVENTORY_ENABLED: 'false',
    NESTWATCH_BENCHMARKS_QEMU: '/config/qemu.sh',
    NATS_URL: asSeenFromInside(natsUrl),
  };
}

/** Loopback of the build machine has another address inside; all else is reached through the translations. */
export function asSeenFromInside(url: string): string {
  return url.replace(/(^|@|\/\/|,\s*)(127\.0\.0\.1|localhost|\[::1\])(?=[:/,]|$)/g, `$1${BUILD_MACHINE}`);
}
