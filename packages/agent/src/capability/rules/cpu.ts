import { exposeVirtualization } from '../advice.ts';
import { fail, info, LIBVIRT_CYCLE, pass, type Rule, unclear, warn } from '../rule.ts';
import { isServedBySoftware } from './kvm.ts';

export const cpuVirtualization: Rule = {
  name: 'cpu-virtualization',
  question: 'Does the CPU show hardware virtualization?',
  source:
    'Linux Documentation/virt/kvm/x86/running-nested-guests.rst; Intel SDM volume 3 chapter 24; AMD64 manual volume 2 chapter 15',
  judge({ facts, found, hypervisor, isGuest }) {
    const flag = found.facts.cpu.virtualization;
    if (flag.state !== 'known') {
      return facts.architecture.supported === true ? unclear(`not known: ${flag.reason}`) : undefined;
    }
    if (flag.value !== 'none') {
      if (facts.firmware.virtualization !== 'off') return pass(`it shows ${flag.value}`);
      return fail(`it shows ${flag.value}, but the firmware keeps it off`, IN_FIRMWARE);
    }
    const vendor = facts.cpu.vendor ?? '';
    const wanted = vendor === 'GenuineIntel' ? 'vmx' : vendor === 'AuthenticAMD' ? 'svm' : 'vmx or svm';
    // Software KVM needs no flag; the device decides then, also for who may not open it.
    const judgement = facts.kvmDevice.opens === true || isServedBySoftware(facts) ? warn : fail;
    if (facts.sysHypervisor.xen_domain === 'host') {
      return judgement(`it shows no ${wanted}: Xen keeps it for its own guests`, WITHOUT_XEN);
    }
    if (!isGuest) return judgement(`it shows no ${wanted}`, IN_FIRMWARE);
    return judgement(
      `it shows no ${wanted}: the hypervisor underneath does not let it through`,
      exposeVirtualization(facts, hypervisor, wanted === 'svm' ? 'svm' : 'vmx'),
      'parent',
    );
  },
};

const WITHOUT_XEN =
  'Guests of this machine run under Xen. For KVM, boot the same kernel without Xen: choose the entry without it in the boot menu (GRUB_DEFAULT in /etc/default/grub, then update-grub)';

const IN_FIRMWARE =
  'Switch it on in the BIOS or UEFI setup (Intel: "Intel Virtualization Technology" or "VT-x"; AMD: "SVM Mode"), then turn the power off and on. Without such an entry the CPU has none.';

export const cpuModel: Rule = {
  name: 'cpu-model',
  question: 'Does this guest see the CPU of the hardware?',
  source: 'QEMU documentation, "Recommendations for KVM CPU model configuration on x86 hosts"',
  judge({ facts, hypervisor }) {
    const given = facts.cpuModel.given;
    if (given === undefined || hypervisor !== 'kvm') return undefined;
    const model = facts.cpu.model ?? '';
    if (given === 'host') return pass(model);
    const advice = `Where the guest was defined, unless it must migrate between unlike machines: virsh edit GUEST, <cpu mode='host-passthrough'/> (virt-install --cpu host-passthrough; plain QEMU -cpu host), ${LIBVIRT_CYCLE}`;
    return given === 'default'
      ? warn(
          `no: ${model} is QEMU's smallest model, without newer instructions and without nesting`,
          advice,
          'parent',
        )
      : info(
          `no: ${model} is a model from QEMU's list, set for this guest or for a layer above it. It allows migration, but lacks every feature that the model or host-model does not add`,
          advice,
          'parent',
        );
  },
};
