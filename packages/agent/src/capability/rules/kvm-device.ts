import { valueIn } from '../../host/host.ts';
import type { Judgement, Rule } from '../rule.ts';

export const kvmDevice: Rule = {
  name: 'kvm-device',
  question: 'Does /dev/kvm open?',
  source: 'Linux Documentation/virt/kvm/api.rst; open(2)',
  judge({ facts }) {
    const { opens, exists, error } = facts.kvmDevice;
    if (valueIn(opens) === true) return { level: 'pass', summary: 'it opens for reading and writing' };
    const errno = valueIn(error) ?? 'an unknown error';
    const container = valueIn(facts.container.kind);
    const unserved = valueIn(facts.kvmDevice.registered) === false && NO_DEVICE.includes(errno);
    const known = unserved ? LOAD_ADVICE : ADVICE[errno]?.(container);
    return {
      level: 'fail',
      summary: `it does not open: ${errno}${remark(valueIn(exists), unserved)}`,
      ...(known ?? {
        advice: 'strace -e openat head -c0 /dev/kvm shows the same error; dmesg may say more',
        who: 'node',
      }),
    };
  },
};

function remark(exists: boolean | undefined, unserved: boolean): string {
  if (exists === true) return ', although the node exists';
  return unserved ? ', and no module serves it' : '';
}

type Advice = Pick<Judgement, 'advice' | 'who'>;

/** What opening gives when nothing is behind the device: no node, or one that somebody made. */
const NO_DEVICE = ['ENOENT', 'ENODEV', 'ENXIO'];

const LOAD_ADVICE: Advice = {
  advice: 'Get a module of KVM to serve it (see kvm-module); udev then makes the node',
  who: 'node',
};

const ADVICE: Readonly<Record<string, (container: string | undefined) => Advice>> = {
  ENOENT: (container) =>
    container === undefined
      ? LOAD_ADVICE
      : {
          advice: `This is a container (${container}): start it with the device, "docker run --device /dev/kvm" or "podman run --device /dev/kvm"; in Kubernetes by a device plugin such as KubeVirt's`,
          who: 'parent',
        },
  EACCES: () => ({
    advice:
      'usermod -aG kvm USER (and log in again), or run as root; "ls -l /dev/kvm" should show group kvm and mode 0660',
    who: 'node',
  }),
  EPERM: (container) => ({
    advice:
      container === undefined
        ? "A security module or the unit's DeviceAllow forbids it: DeviceAllow=/dev/kvm rw in the unit, or see the audit log"
        : `The device policy of the container (${container}) forbids it: start it with "--device /dev/kvm"`,
    who: container === undefined ? 'node' : 'parent',
  }),
  ENODEV: () => ({
    advice: 'The node is there without a module behind it: load kvm_intel or kvm_amd (see kvm-module)',
    who: 'node',
  }),
  ENXIO: () => ({
    advice: 'The node is there without a module behind it: load kvm_intel or kvm_amd (see kvm-module)',
    who: 'node',
  }),
  EBUSY: () => ({
    advice:
      'Another hypervisor holds the CPU: unload it (VirtualBox: modprobe -r vboxnetflt vboxnetadp vboxdrv)',
    who: 'node',
  }),
};
