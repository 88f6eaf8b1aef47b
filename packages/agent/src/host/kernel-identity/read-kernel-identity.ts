import { type Host, valueIn } from '../host.ts';
import { identifyKernel } from './identify-kernel.ts';
import type { KernelIdentity } from './kernel-identity.ts';

/** Reads whose kernel runs here. What cannot be read is as if it were empty. */
export async function readKernelIdentity(host: Host): Promise<KernelIdentity> {
  const text = async (path: string, maxBytes: number) =>
    valueIn(await host.read(path, maxBytes))?.trim() ?? '';
  const etc = await text('/etc/os-release', 64 * 1024);
  return identifyKernel({
    release: await text('/proc/sys/kernel/osrelease', 256),
    version: await text('/proc/version', 4096),
    signature: await text('/proc/version_signature', 4096),
    system: parseSystemId(etc === '' ? await text('/usr/lib/os-release', 64 * 1024) : etc),
  });
}

/** ID of os-release, such as "debian"; empty where there is none. */
export function parseSystemId(text: string): string {
  return /^ID=["']?([\w.-]+)["']?\s*$/m.exec(text)?.[1]?.toLowerCase() ?? '';
}
