import { type Host, valueIn } from './host.ts';

const release = async (host: Host) =>
  valueIn(await host.read('/proc/sys/kernel/osrelease', 256))?.trim() ||
  (/^Linux version (\S+)/.exec(valueIn(await host.read('/proc/version', 1024)) ?? '')?.[1] ?? '');

/** True in WSL 2, whose Linux is a guest of Hyper-V: its kernel is "5.15.90.1-microsoft-standard-WSL2" or the like. */
export async function isWsl2(host: Host): Promise<boolean> {
  return isWsl2Kernel(await release(host));
}

export const isWsl2Kernel = (kernel: string) => /microsoft-standard|WSL2/.test(kernel);

/** True in WSL 1, where Windows imitates Linux's system calls and there is no Linux: "4.4.0-19041-Microsoft". */
export async function isWsl1(host: Host): Promise<boolean> {
  return /-Microsoft$/.test(await release(host));
}
