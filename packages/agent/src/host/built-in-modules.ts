import { type Host, valueIn } from './host.ts';
import { isKvmModule } from './kvm-modules.ts';

/**
 * Modules of KVM that are part of the kernel's image, which modprobe cannot change: those of modules.builtin, and those
 * that the kernel has and does not list among what was loaded.
 */
export async function readBuiltInModules(host: Host, present: readonly string[]): Promise<string[]> {
  const release = valueIn(await host.read('/proc/sys/kernel/osrelease', 256))?.trim() ?? '';
  const listed: string[] = [];
  for (const folder of ['/lib/modules', '/usr/lib/modules']) {
    const text =
      release === '' ? undefined : valueIn(await host.read(`${folder}/${release}/modules.builtin`));
    listed.push(...parseBuiltIn(text ?? ''));
  }
  const loaded = valueIn(await host.read('/proc/modules'));
  const unlisted = loaded === undefined ? [] : present.filter((name) => !isLoaded(loaded, name));
  return [...new Set([...listed, ...unlisted])].sort();
}

const isLoaded = (modules: string, name: string) =>
  modules.split('\n').some((line) => line.startsWith(`${name} `));

/** Lines such as "kernel/arch/x86/kvm/kvm-intel.ko". */
export function parseBuiltIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const name = /([^/]+)\.ko\s*$/.exec(line)?.[1]?.replace(/-/g, '_') ?? '';
    return isKvmModule(name) ? [name] : [];
  });
}
