import { vendorModule } from '../advice/module.ts';
import { fail, pass, type Rule, unclear } from '../rule.ts';

export const kvmModule: Rule = {
  name: 'kvm-module',
  question: 'Is a module of KVM loaded?',
  source: 'Linux arch/x86/kvm/{vmx,svm}; proc(5), /proc/misc; modprobe.d(5)',
  judge({ facts, found, isGuest }) {
    const { loaded } = found.facts.kvmModules;
    if (loaded.state !== 'known') return unclear(`not known: ${loaded.reason}`);
    const serving = loaded.value.filter((name) => name !== 'kvm');
    const module = vendorModule(facts);
    if (serving.length > 0 && facts.kvmDevice.registered === false) {
      return fail(
        `${serving.join(', ')} is in the kernel and does not serve /dev/kvm`,
        `It found nothing that it can work with: "dmesg | grep -i kvm" says what (such as "disabled by bios", or "this kernel is itself a kvm-pvm guest; not binding")`,
      );
    }
    if (serving.length > 0) return pass(loaded.value.join(', '));
    if (facts.kvmDevice.opens === true) {
      return pass('KVM is built into the kernel: /dev/kvm opens without a vendor module');
    }
    if (module === undefined) {
      return fail('none, and none would load without hardware virtualization');
    }
    const blocked = (facts.modprobe.blocked ?? []).filter((line) => line.startsWith(`${module}@`));
    if (blocked.length > 0) {
      const files = blocked.map((line) => line.split('@')[1]).join(', ');
      return fail(
        `${module} is kept from loading by ${files}`,
        `Take the line that names ${module} out of ${files}; then: modprobe ${module}`,
      );
    }
    return fail(
      `${module} is not loaded${loaded.value.includes('kvm') ? ', only kvm' : ''}`,
      `modprobe ${module}; if it refuses, "dmesg | grep -i kvm" says why${
        isGuest ? '' : ' (such as "disabled by bios")'
      }. To load it at boot: echo ${module} > /etc/modules-load.d/kvm.conf`,
    );
  },
};
