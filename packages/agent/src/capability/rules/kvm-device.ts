import { fail, pass, type Rule } from '../rule.ts';

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
    if (unserved) return fail(summary, LOAD);
    const containerAdvice = container === undefined ? undefined : IN_CONTAINER[errno]?.(container);
    if (containerAdvice !== undefined) return fail(summary, containerAdvice, 'parent');
    return fail(
      summary,
      ON_NODE[errno] ?? 'strace -e openat head -c0 /dev/kvm shows the same error; dmesg may say more',
    );
  },
};

function remark(exists: boolean | undefined, unserved: boolean): string {
  if (exists === true) return ', although the node exists';
  return unserved ? ', and no module serves it' : '';
}

/** What opening gives when nothing is behind the device: no node, or one that somebody made. */
const NO_DEVICE = ['ENOENT', 'ENODEV', 'ENXIO'];

const LOAD = 'Get a module of KVM to serve it (see kvm-module); udev then makes the node';
const NO_MODULE = 'The node is there without a module behind it: load kvm_intel or kvm_amd (see kvm-module)';

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
    'Another hypervisor holds the CPU: unload it (VirtualBox: modprobe -r vboxnetflt vboxnetadp vboxdrv)',
};

/** What only whoever starts the agent's container can do. */
const IN_CONTAINER: Readonly<Record<string, (container: string) => string>> = {
  ENOENT: (container) =>
    `This is a container (${container}): start it with the device, "docker run --device /dev/kvm" or "podman run --device /dev/kvm"; in Kubernetes by a device plugin such as KubeVirt's`,
  EPERM: (container) =>
    `The device policy of the container (${container}) forbids it: start it with "--device /dev/kvm"`,
};
