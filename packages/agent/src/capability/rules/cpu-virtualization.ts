import { valueIn } from '../../host/host.ts';
import { exposeVirtualization } from '../advice/expose-virtualization.ts';
import { isGuest } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

export const cpuVirtualization: Rule = {
  name: 'cpu-virtualization',
  question: 'Does the CPU show hardware virtualization?',
  source:
    'Linux Documentation/virt/kvm/x86/running-nested-guests.rst; Intel SDM volume 3 chapter 24; AMD64 manual volume 2 chapter 15',
  judge(context) {
    const { facts, hypervisor } = context;
    const flag = facts.cpu.virtualization;
    if (flag.state !== 'known') {
      return valueIn(facts.architecture.supported) === true
        ? { level: 'unknown', summary: `not known: ${flag.reason}` }
        : undefined;
    }
    if (flag.value !== 'none') {
      if (valueIn(facts.firmware.virtualization) !== 'off')
        return { level: 'pass', summary: `it shows ${flag.value}` };
      return {
        level: 'fail',
        summary: `it shows ${flag.value}, but the firmware keeps it off`,
        ...IN_FIRMWARE,
      };
    }
    const vendor = valueIn(facts.cpu.vendor) ?? '';
    const wanted = vendor === 'GenuineIntel' ? 'vmx' : vendor === 'AuthenticAMD' ? 'svm' : 'vmx or svm';
    // Software KVM needs no flag; the device decides then.
    const level = valueIn(facts.kvmDevice.opens) === true ? 'warn' : 'fail';
    if (!isGuest(context)) return { level, summary: `it shows no ${wanted}`, ...IN_FIRMWARE };
    return {
      level,
      summary: `it shows no ${wanted}: the hypervisor underneath does not let it through`,
      advice: exposeVirtualization(valueIn(hypervisor), wanted === 'svm' ? 'svm' : 'vmx', vendor),
      who: 'parent',
    };
  },
};

const IN_FIRMWARE = {
  advice:
    'Switch it on in the BIOS or UEFI setup (Intel: "Intel Virtualization Technology" or "VT-x"; AMD: "SVM Mode"), then turn the power off and on. Without such an entry the CPU has none.',
  who: 'node',
} as const;
