import type { Host } from '../host/host.ts';

/**
 * Id of this run of the agent: the first eight digits of the kernel's boot_id
 * (Documentation/admin-guide/sysctl/kernel.rst), a dash, and eight random hex digits.
 */
export async function makeRunId(host: Host, randomHex: () => string): Promise<string> {
  const found = await host.read('/proc/sys/kernel/random/boot_id', 64);
  const digits = found.state === 'known' ? found.value.replace(/[^0-9a-f]/g, '').slice(0, 8) : '';
  return `${digits.padEnd(8, '0')}-${randomHex()}`;
}
