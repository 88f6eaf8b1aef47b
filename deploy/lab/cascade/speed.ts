import { readIfThere } from '../../local/read-if-there.ts';
import type { LabConfig } from '../settings.ts';
import { CLOCK_FACTOR, type Slowness } from './slow.ts';
import { treeOf } from './tree.ts';

/** At this factor guest3 keeps up with its 250 timer ticks a second, on a machine that leaves us a whole core. */
const WHOLE_CORE_SPEED = 0.1;
const LEAST_SPEED = 0.03;
/** Layers down to this depth keep up at that factor on any machine. */
const EASY_DEPTH = 1;
const MEASURE_MS = 1500;

/** Share of a core, up to 1, that this machine gives one more busy thread: by running one for a moment. */
export function measureCoreShare(forMs = MEASURE_MS): number {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  while (performance.now() - startedMs < forMs);
  const { user, system } = process.cpuUsage(started);
  return Math.min(1, (user + system) / 1000 / (performance.now() - startedMs));
}

/**
 * Lab seconds in one second of this machine. Where nothing is configured and the machine leaves less than a core, the
 * lab's clock goes slower too, by the root of that share: guest3 keeps up with a third of the speed that it likes, and
 * whatever waits by the lab's clock takes longer the slower it is.
 */
export function speedOf(
  config: Pick<LabConfig, 'accel' | 'speed' | 'layers' | 'tree'>,
  slownesses: readonly Slowness[],
  coreShare: number,
): number {
  if (config.accel === 'kvm') return 1;
  const share = treeOf(config).length - 1 <= EASY_DEPTH ? 1 : Math.sqrt(coreShare);
  const measured = Math.max(LEAST_SPEED, Math.round(WHOLE_CORE_SPEED * share * 100) / 100);
  const speed = config.speed ?? measured;
  return slownesses.some(({ kind }) => kind === 'clock') ? Math.min(1, speed * CLOCK_FACTOR) : speed;
}

/**
 * Frequency of this machine's time stamp counter in kHz, near enough: 2.5 GHz when nothing tells it. The emulator
 * hands the counter through, so guest0's kernel has to be told how fast it runs by the lab's clock. Left to itself it
 * would measure it against an emulated timer, which fails on a busy machine and leaves it without a usable clock. A
 * value that is a little off makes the lab's clock that much faster or slower, for all layers alike.
 */
export function tscKhz(cpuinfo: string, baseFrequencyKhz?: string): number {
  const base = Number(baseFrequencyKhz);
  if (base > 0) return base;
  const named = /^model name\s*:.*@ ([\d.]+)GHz/m.exec(cpuinfo)?.[1];
  if (named !== undefined) return Math.round(Number(named) * 1e6);
  // A core that idles shows less.
  const shown = [...cpuinfo.matchAll(/^cpu MHz\s*:\s*([\d.]+)$/gm)].map(([, mhz]) => Number(mhz));
  const fastest = Math.max(0, ...shown);
  return fastest > 0 ? Math.round(fastest * 1000) : 2_500_000;
}

export function readTscKhz(): number {
  return tscKhz(
    readIfThere('/proc/cpuinfo') ?? '',
    readIfThere('/sys/devices/system/cpu/cpu0/cpufreq/base_frequency')?.trim(),
  );
}
