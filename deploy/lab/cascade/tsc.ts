import { readIfThere } from '../../local/read-if-there.ts';

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
