import { vendorModule } from '../advice.ts';
import { fail, pass, type Rule, type RuleContext, unclear, warn } from '../rule.ts';
import { whatBlocks } from './modprobe.ts';

export const kvmModule: Rule = {
  name: 'kvm-module',
  question: 'Is a module of KVM loaded?',
  source: 'Linux arch/x86/kvm/{vmx,svm}; proc(5), /proc/misc; modprobe.d(5)',
  judge({ facts, found, isGuest }) {
    // Elsewhere KVM is part of the kernel, and /dev/kvm alone tells.
    if (facts.architecture.supported !== true) return undefined;
    const { loaded } = found.facts.kvmModules;
    if (loaded.state !== 'known') return unclear(`not known: ${loaded.reason}`);
    const serving = loaded.value.filter((name) => name !== 'kvm');
    const module = vendorModule(facts);
    if (serving.length > 0 && facts.kvmDevice.registered === false) {
      return fail(
        `${serving.join(', ')} is loaded but does not provide /dev/kvm`,
        `It found no hardware it supports; "dmesg | grep -i kvm" shows why (such as "disabled by bios", or "this kernel is itself a kvm-pvm guest; not binding")`,
      );
    }
    if (serving.length > 0) return pass(loaded.value.join(', '));
    if (facts.kvmDevice.opens === true) {
      return pass('KVM is built into the kernel: /dev/kvm opens without a vendor module');
    }
    if (module === undefined) {
      return fail('none, and none can load without hardware virtualization');
    }
    if (facts.kvmModules.built_in?.includes(module) === true) {
      return fail(`${module} is built into the kernel and not active`, '"dmesg | grep -i kvm" shows why');
    }
    const hindrance = whatBlocks(facts, module);
    if (hindrance !== undefined) return hindrance;
    return fail(
      `${module} is not loaded${loaded.value.includes('kvm') ? ', only kvm' : ''}`,
      `modprobe ${module}; if it refuses, "dmesg | grep -i kvm" shows why${
        isGuest ? '' : ' (such as "disabled by bios")'
      }. To load it at boot: echo ${module} > /etc/modules-load.d/kvm.conf`,
    );
  },
};

export const kvmDevice: Rule = {
  name: 'kvm-device',
  question: 'Does /dev/kvm open?',
  source: 'Linux Documentation/virt/kvm/api.rst; open(2)',
  judge({ facts }) {
    const { opens, exists, error } = facts.kvmDevice;
    if (opens === true) return pass('it opens for reading and writing');
    const errno = error ?? 'an unknown error';
    const container = facts.container.kind;
    const unserved = facts.kvmDevice.registered === false && NO_DEVICE.includes(errno);
    const summary = `it does not open: ${errno}${remark(exists, unserved)}`;
    if (facts.architecture.supported !== true && NO_DEVICE.includes(errno)) return fail(summary, BUILT_IN);
    if (unserved) return fail(summary, LOAD);
    const containerAdvice = container === undefined ? undefined : IN_CONTAINER[errno]?.(container);
    if (containerAdvice !== undefined) return fail(summary, containerAdvice, 'parent');
    if (errno === 'ENOENT' && facts.kvmDevice.registered === true) return fail(summary, NO_NODE);
    return fail(
      summary,
      ON_NODE[errno] ?? 'strace -e openat head -c0 /dev/kvm shows the same error; dmesg may say more',
    );
  },
};

function remark(exists: boolean | undefined, unserved: boolean): string {
  if (exists === true) return ', although the node exists';
  return unserved ? ', and no module provides it' : '';
}

/** What opening gives when nothing is behind the device: no node, or one that somebody made. */
const NO_DEVICE = ['ENOENT', 'ENODEV', 'ENXIO'];

const LOAD = 'Load a KVM module (see kvm-module); udev then creates the node';
const NO_NODE =
  'The module is loaded, and only the node is missing: "udevadm trigger /dev/kvm" makes it, or, where no udev runs, "mknod -m 660 /dev/kvm c 10 232"; in a chroot, bind the /dev of the machine';
const BUILT_IN =
  'KVM is part of the kernel here: "dmesg | grep -i kvm" shows why it does not provide the device (an Arm kernel must have been started at EL2)';
const NO_MODULE = 'The node exists without a module: load kvm_intel or kvm_amd (see kvm-module)';

/** What to do on the node itself, by errno. */
const ON_NODE: Readonly<Record<string, string>> = {
  ENOENT: LOAD,
  EACCES:
    'usermod -aG kvm USER (and log in again), or run as root; "ls -l /dev/kvm" should show group kvm and mode 0660',
  EPERM:
    "A security module or the unit's DeviceAllow forbids it: DeviceAllow=/dev/kvm rw in the unit, or see the audit log",
  ENODEV: NO_MODULE,
  ENXIO: NO_MODULE,
  EBUSY:
    "Another hypervisor uses the CPU's virtualization: unload it (VirtualBox: modprobe -r vboxnetflt vboxnetadp vboxdrv)",
};

/** What only the starter of the agent's container can do. */
const IN_CONTAINER: Readonly<Record<string, (container: string) => string>> = {
  ENOENT: (container) =>
    `This is a container (${container}): start it with the device, "docker run --device /dev/kvm" or "podman run --device /dev/kvm"; in Kubernetes by a device plugin such as KubeVirt's`,
  EPERM: (container) =>
    `The device policy of the container (${container}) forbids it: start it with "--device /dev/kvm"`,
};

/** Modules that run guests on a CPU's virtualization. */
const HARDWARE = ['kvm', 'kvm_intel', 'kvm_amd', 'kvm_hv', 'kvm_arm'];

/** Modules that run guests without it. */
function softwareModules({ kvmModules }: RuleContext['facts']): string[] {
  return (kvmModules.loaded ?? []).filter((name) => !HARDWARE.includes(name));
}

/** Whether one of these serves /dev/kvm, for whom it may open. */
export function isServedBySoftware(facts: RuleContext['facts']): boolean {
  return facts.kvmDevice.registered === true && softwareModules(facts).length > 0;
}

export const softwareKvm: Rule = {
  name: 'software-kvm',
  question: 'Is KVM backed by hardware?',
  source:
    'PVM, "Efficient Shadow Paging for Deploying Secure Containers in Cloud-native Environment", SOSP 2023',
  judge({ facts }) {
    if (facts.kvmDevice.opens !== true || facts.architecture.supported !== true) return undefined;
    const virtualization = facts.cpu.virtualization;
    const modules = softwareModules(facts);
    if (virtualization !== 'none') {
      return virtualization === undefined ? undefined : pass(`by ${virtualization}`);
    }
    const by =
      modules.length > 0 ? `the software module ${modules.join(', ')}` : 'something without vmx or svm';
    return warn(
      `/dev/kvm is provided by ${by}: guests need a kernel or VMM made for it, and an ordinary one may not start`,
      'nestwatch-agent check --boot starts a tiny guest to show whether guests run here',
    );
  },
};
