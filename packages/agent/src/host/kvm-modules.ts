import { type Found, type Host, known } from './host.ts';

/** The modules of KVM that are in the kernel, known to us or not. */
export async function listKvmModules(host: Host): Promise<Found<string[]>> {
  const modules = await host.list('/sys/module');
  return modules.state === 'known' ? known(modules.value.filter(isKvmModule)) : modules;
}

/** Dashes are for modprobe.d, which takes them for underscores. */
export function isKvmModule(name: string): boolean {
  return /^kvm([_-]|$)/.test(name);
}
