import { info, LIBVIRT_CYCLE, pass, type Rule, warn } from '../rule.ts';

export const cpuModel: Rule = {
  name: 'cpu-model',
  question: 'Does this guest see the CPU of the hardware?',
  source: 'QEMU documentation, "Recommendations for KVM CPU model configuration on x86 hosts"',
  judge({ facts, hypervisor }) {
    const given = facts.cpuModel.given;
    if (given === undefined || hypervisor !== 'kvm') return undefined;
    const model = facts.cpu.model ?? '';
    if (given === 'host') return pass(model);
    const advice = `Unless it must migrate between unlike machines, where it was given: virsh edit GUEST, <cpu mode='host-passthrough'/> (virt-install --cpu host-passthrough; plain QEMU -cpu host), ${LIBVIRT_CYCLE}`;
    return given === 'default'
      ? warn(
          `no: ${model} is QEMU's least model, without newer instructions and without nesting`,
          advice,
          'parent',
        )
      : info(
          `no: ${model} is a model of QEMU's list, given to this guest or to a layer above it; it can be migrated, but lacks what it does not name`,
          advice,
          'parent',
        );
  },
};
