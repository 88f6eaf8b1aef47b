import { valueIn } from '../../host/host.ts';
import { KERNEL_COMMAND_LINE } from '../../host/modprobe/lines.ts';
import type { KnownFacts } from '../facts/index.ts';
import { parameterIn } from '../facts/kvm.ts';
import { fail, type Judgement, pass, type Rule, warn } from '../rule.ts';

/** What keeps a module from loading, and how to take it away; undefined when nothing does. */
export function whatBlocks(facts: KnownFacts, module: string): Judgement | undefined {
  const { refused = [], blocked = [] } = facts.modprobe;
  // Without kvm the other cannot load; a blacklist does not keep it from what needs it.
  const never = [module, 'kvm'].map((name) => filesThatName(refused, name));
  const [own = [], base = []] = never;
  if (own.length > 0) return kept(module, module, own, `modprobe ${module}`);
  if (base.length > 0) return kept(module, 'kvm', base, `modprobe ${module}`);
  const listed = filesThatName(blocked, module);
  return listed.length === 0
    ? undefined
    : kept(module, module, listed, `modprobe ${module} (which loads it even if it is blacklisted)`);
}

function filesThatName(lines: readonly string[], module: string): string[] {
  return lines.filter((line) => line.startsWith(`${module}@`)).map((line) => line.slice(module.length + 1));
}

function kept(module: string, named: string, files: readonly string[], load: string): Judgement {
  const where = files
    .map((file) => (file === KERNEL_COMMAND_LINE ? "the kernel's command line" : file))
    .join(', ');
  const what = named === module ? module : `${module} needs ${named}, which`;
  const boot = files.includes(KERNEL_COMMAND_LINE)
    ? 'boot (GRUB: GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub)'
    : load;
  return fail(
    `${what} is kept from loading by ${where}`,
    `Remove the lines with ${named} from ${where}; then: ${boot}`,
  );
}

export const configuredParameters: Rule = {
  name: 'configured-parameters',
  question: 'Are the configured KVM parameters in effect?',
  source: 'modprobe.d(5)',
  judge({ facts }) {
    const configured = facts.modprobe.options;
    const inForce = facts.kvmModules.parameters;
    if (configured === undefined || inForce === undefined) return undefined;
    const differing = configured.flatMap((line) => {
      // modprobe's files say nothing to what is built in; the kernel's command line does.
      if (isMoot(facts, line)) return [];
      const match = /^([^.]+)\.([^=]+)=?([^@]*)@(.*)$/.exec(line);
      const [, module = '', parameter = '', wanted = '', file = ''] = match ?? [];
      const now = valueIn(parameterIn(inForce, module, parameter));
      return now === undefined || same(wanted || '1', now) ? [] : [{ module, parameter, wanted, now, file }];
    });
    const [first] = differing;
    if (first === undefined) return pass(`yes: ${configured.map(withoutFile).join(' ')}`);
    const { module, parameter, wanted, now, file } = first;
    if (file === KERNEL_COMMAND_LINE) {
      return warn(
        `no: the kernel's command line says ${module}.${parameter}=${wanted}, but ${now} is in effect`,
        `"modinfo -p ${module}" and "dmesg | grep ${module}" show whether it supports ${parameter}=${wanted}. Remove it from the command line, or stop all guests and reload the module: modprobe -r ${module} && modprobe ${module}`,
      );
    }
    return warn(
      `no: ${file} says ${module}.${parameter}=${wanted}, but ${now} is in effect; the next boot changes it`,
      `To apply ${file} now: stop all guests; modprobe -r ${module} && modprobe ${module}. To keep ${now}: correct the line in ${file}`,
    );
  },
};

const withoutFile = (line: string) => line.split('@')[0] ?? '';

const FLAGS: Readonly<Record<string, string>> = { y: '1', n: '0', yes: '1', no: '0', on: '1', off: '0' };

/** Flags are written as Y, 1 or on, and read back as Y or 1. */
function same(wanted: string, now: string): boolean {
  const plain = (text: string) => FLAGS[text.toLowerCase()] ?? text;
  return plain(wanted) === plain(now) || Number(wanted) === Number(now);
}

function isMoot(facts: KnownFacts, line: string): boolean {
  const module = line.split('.')[0] ?? '';
  return facts.kvmModules.built_in?.includes(module) === true && !line.endsWith(`@${KERNEL_COMMAND_LINE}`);
}
