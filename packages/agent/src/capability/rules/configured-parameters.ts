import { valueIn } from '../../host/host.ts';
import { parameterIn } from '../facts/kvm-modules.ts';
import { pass, type Rule, warn } from '../rule.ts';

export const configuredParameters: Rule = {
  name: 'configured-parameters',
  question: 'Are the configured parameters of KVM in force?',
  source: 'modprobe.d(5)',
  judge({ facts }) {
    const configured = facts.modprobe.options;
    const inForce = facts.kvmModules.parameters;
    if (configured === undefined || inForce === undefined) return undefined;
    const differing = configured.flatMap((line) => {
      const match = /^([^.]+)\.([^=]+)=?([^@]*)@(.*)$/.exec(line);
      const [, module = '', parameter = '', wanted = '', file = ''] = match ?? [];
      const now = valueIn(parameterIn(inForce, module, parameter));
      return now === undefined || same(wanted || '1', now) ? [] : [{ module, parameter, wanted, now, file }];
    });
    const [first] = differing;
    if (first === undefined) return pass(`yes: ${configured.map(withoutFile).join(' ')}`);
    const { module, parameter, wanted, now, file } = first;
    return warn(
      `no: ${file} says ${module}.${parameter}=${wanted}, in force is ${now}; the next boot changes it`,
      `To take ${file} into force now: stop all guests; modprobe -r ${module} && modprobe ${module}. To keep ${now}: correct the line in ${file}`,
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
