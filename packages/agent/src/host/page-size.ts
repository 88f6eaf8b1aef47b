import { type Host, valueIn } from './host.ts';

/** That of x86, and of other architectures unless their kernel was built with a larger one. */
const USUAL_BYTES = 4096;

/**
 * Bytes of a page, in which /proc/vmstat counts: 4, 16 or 64 KiB on aarch64. Each mapping of a process names it, in
 * /proc/self/smaps (proc(5)); the usual size where that is missing.
 */
export async function readPageSize(host: Host): Promise<number> {
  return parsePageSize(valueIn(await host.read('/proc/self/smaps', 4096)) ?? '') ?? USUAL_BYTES;
}

/** From the first mapping; undefined when there is none. */
export function parsePageSize(smaps: string): number | undefined {
  const kibibytes = /^KernelPageSize: +(\d{1,4}) kB$/m.exec(smaps)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
