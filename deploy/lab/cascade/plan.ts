import { busyboxOf, type SystemImage } from '../image/system-image.ts';
import type { LabConfig } from '../settings.ts';
import { bootSeconds } from './cost.ts';
import { type ConfigDisk, configFiles } from './disks.ts';
import { layOut } from './layout.ts';
import { natsFromInside } from './nats-inside.ts';
import { outerCommandLine } from './outer-machine.ts';
import type { Slowness } from './slow.ts';
import { treeOf } from './tree.ts';

/** Lab seconds; ten times as long outside, when the deepest layer has reported. */
const CANARY_AFTER_S = 20;
/** Of an idle machine that boots a lab, for each lab second of the wait: a tree takes longer than a chain. */
const BOOT_PER_LAB_S = 8;

/** Files of a cascade that runs, or the paths of which pipes are made. */
export interface CascadePaths {
  configDisk: string;
  scratchDisk: string;
  consolePath: string;
  monitorPath: string;
  serialLog: string;
}

export type CascadePlan = Awaited<ReturnType<typeof planCascade>>;

interface PlanOptions {
  slownesses: readonly Slowness[];
  system: SystemImage;
  natsUrl: string;
  /** Layers have no agent until they are invited; the system is a bare one. */
  bare?: boolean;
}

/** All that a cascade is made of, before anything is. */
export async function planCascade(config: LabConfig, options: PlanOptions) {
  const { slownesses, system, natsUrl, bare = false } = options;
  const machines = layOut(treeOf(config), bare);
  const nats = natsFromInside(natsUrl);
  const disk: ConfigDisk = {
    machines,
    parts: system.layers,
    agentEnv: agentEnv(config, nats.url),
    withoutNestedPaging: slownesses.filter(({ kind }) => kind === 'npt').map(({ machine }) => machine.parent),
    bare,
  };
  return {
    system,
    machines,
    busybox: busyboxOf(system),
    accelerator: config.accel,
    /** Of the configuration disk, by name. */
    files: await configFiles(disk),
    /** How guest0's QEMU is run. */
    commandLine: (
      paths: CascadePaths,
      clock: { speed: number; tscKhz: number },
      incoming?: { incoming: number },
    ) =>
      outerCommandLine({
        ...{ system, machine: machines[0], accelerator: config.accel, natsPort: nats.port },
        ...paths,
        ...clock,
        ...incoming,
      }),
  };
}

/** The same in every layer: what a layer is, it has to find out. */
function agentEnv(config: LabConfig, natsUrl: string): Record<string, string> {
  const canaryAfter = Math.max(CANARY_AFTER_S, Math.ceil(bootSeconds(treeOf(config)) / BOOT_PER_LAB_S));
  return {
    NESTWATCH_LAB: config.lab,
    NESTWATCH_INTERVAL: `${config.interval}ms`,
    // Ten times as long outside. With each comparison comes what a node is asked for, such as why guests exit.
    NESTWATCH_CLOCK_INTERVAL: '10s',
    NESTWATCH_EXITS_EVERY: '1m',
    NESTWATCH_BENCHMARKS_AT_START: config.benchmarks.join(','),
    NESTWATCH_BENCHMARKS_CRON: config.schedule,
    NESTWATCH_LOG_LEVEL: config['keep-logs'] === '' ? 'warn' : 'info',
    // All its processes would find in an emulated machine is that it is one.
    NESTWATCH_INVENTORY_ENABLED: 'false',
    NESTWATCH_BENCHMARKS_QEMU: '/config/qemu.sh',
    // A guest that boots would take the only CPU from the layer that boots at that time.
    NESTWATCH_BENCHMARKS_CANARY_AFTER: `${canaryAfter}s`,
    NATS_URL: natsUrl,
  };
}
