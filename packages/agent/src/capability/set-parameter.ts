import { KERNEL_COMMAND_LINE } from '../host/modprobe/lines.ts';
import { isWsl2Kernel } from '../host/wsl.ts';
import type { KnownFacts } from './facts/index.ts';

/** How to set parameters of a module for good, such as "nested=1", and take them into force. */
export function setParameter(facts: KnownFacts, module: string, setting: string): string {
  const options = setting.split(' ').map((each) => `${module}.${each}`);
  if (facts.kvmModules.built_in?.includes(module) === true) {
    return `${module} is built into the kernel: ${onCommandLine(facts, options)}`;
  }
  const names = options.map((option) => option.split('=')[0] ?? '');
  const against = (facts.modprobe.options ?? []).filter((line) =>
    names.some((name) => line.startsWith(`${name}=`)),
  );
  const line = against.find((each) => each.endsWith(`@${KERNEL_COMMAND_LINE}`));
  if (line !== undefined) {
    return `The kernel's command line says ${line.split('@')[0]}: ${onCommandLine(facts, options)}`;
  }
  return [
    ...(against[0] === undefined ? [] : [`Remove ${against[0].replace('@', ' from ')};`]),
    `echo "options ${module} ${setting}" > /etc/modprobe.d/nestwatch-kvm.conf;`,
    `stop all guests of this machine; modprobe -r ${module} && modprobe ${module}`,
  ].join(' ');
}

/** How to have options on the kernel's command line. */
export function onCommandLine(facts: KnownFacts, options: readonly string[]): string {
  const text = options.join(' ');
  return isWsl2(facts)
    ? `in %UserProfile%\\.wslconfig of Windows, below [wsl2]: kernelCommandLine = ${text}; then wsl --shutdown`
    : `add ${text} to it (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub or grub2-mkconfig) and reboot`;
}

/** True in WSL 2, whose settings are in a file of Windows. */
export const isWsl2 = (facts: KnownFacts) => isWsl2Kernel(facts.system.kernel ?? '');
