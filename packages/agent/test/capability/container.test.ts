import { expect, test } from 'vitest';
import type { FileTree } from '../support/file-tree.ts';
import { assessMachine, factsOf } from '../support/machine.ts';

const OVERLAY = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';
const mounts = (...lines: string[]): FileTree => ({
  // Under cgroup v2 a namespace hides the path.
  'proc/1/cgroup': '0::/\n',
  'proc/1/mountinfo': `${lines.join('\n')}\n`,
});
const environ = (...variables: string[]): FileTree => ({ 'proc/1/environ': `${variables.join('\0')}\0` });

/** Source of the input, the files, and what is right. */
const CONTAINERS: readonly (readonly [string, FileTree, string])[] = [
  [
    'open-telemetry/opentelemetry-js#3614: containerd in EKS 1.24, without any pod trace',
    mounts(
      `1320 1357 0:377 / / rw,relatime master:247 - overlay overlay rw,lowerdir=${OVERLAY}/154/fs,upperdir=${OVERLAY}/155/fs,workdir=${OVERLAY}/155/work`,
      '1321 1320 0:379 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw',
    ),
    'containerd',
  ],
  [
    'kubernetes#95488: a pod of docker, by the kubelet',
    mounts(
      '12305 10220 0:1040 / / rw,relatime master:2355 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A:/var/lib/docker/overlay2/l/B,upperdir=/var/lib/docker/overlay2/81d1/diff',
      '12341 12307 8:9 /var/lib/kubelet/pods/ee99/containers/po/8a03 /dev/termination-log rw,relatime - ext4 /dev/sda9 rw',
    ),
    'kubepods',
  ],
  [
    'kubernetes#16052: /etc/hosts of the kubelet, whatever the snapshotter',
    mounts(
      '900 800 0:50 / / rw - zfs rpool/k8s/12 rw',
      '901 900 8:1 /var/lib/kubelet/pods/1f/etc-hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw',
    ),
    'kubepods',
  ],
  [
    'k3d-io/k3d#48: k3s keeps its containerd elsewhere',
    mounts(
      '2536 2061 0:199 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/rancher/k3s/agent/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs',
    ),
    'containerd',
  ],
  [
    'rpm-software-management/mock#986: docker under cgroup v2',
    mounts(
      '490 400 0:60 / / rw,relatime - btrfs /dev/vda2 rw',
      '505 496 254:1 /docker/containers/6682/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw',
    ),
    'docker',
  ],
  [
    'containers/crun#729: podman of a user',
    mounts(
      '1343 1323 0:176 / / rw,relatime - fuse.fuse-overlayfs fuse-overlayfs rw',
      '1344 1323 0:176 /containers/storage/vfs-containers/80b5/userdata/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda1 rw',
    ),
    'podman',
  ],
  [
    'kubernetes.io, Accessing the API: variables of a pod',
    environ('PATH=/bin', 'KUBERNETES_SERVICE_HOST=10.96.0.1'),
    'kubepods',
  ],
  [
    'kubernetes.io, Accessing the API: its service account',
    mounts('7 1 0:70 / /run/secrets/kubernetes.io/serviceaccount ro,relatime - tmpfs tmpfs rw'),
    'kubepods',
  ],
  [
    "a pod of CRI-O, which podman's file is in, too",
    { 'run/.containerenv': '', ...environ('KUBERNETES_SERVICE_HOST=172.30.0.1') },
    'kubepods',
  ],
  [
    'systemd docs/CONTAINER_INTERFACE.md: /run/host/container-manager',
    { 'run/host/container-manager': 'systemd-nspawn\n' },
    'systemd-nspawn',
  ],
  ['systemd virt.c: what PID 1 found', { 'run/systemd/container': 'lxc\n', '.dockerenv': '' }, 'lxc'],
  ['lxd/incus: variable of PID 1', environ('container=lxc', 'TERM=linux'), 'lxc'],
  [
    'systemd virt.c: "oci" of an image, in podman',
    { ...environ('container=oci'), 'run/.containerenv': '' },
    'podman',
  ],
  ['systemd virt.c: "oci" of an image, in who knows what', environ('container=oci'), 'oci'],
  [
    'podman-run(1): .containerenv with its engine',
    { 'run/.containerenv': 'engine="podman-4.3.1"\nname="web"\n' },
    'podman',
  ],
  ['buildah: .containerenv with its engine', { 'run/.containerenv': 'engine="buildah-1.28.2"\n' }, 'buildah'],
  [
    'lxc 4 under cgroup v2 without a namespace',
    { 'proc/1/cgroup': '0::/lxc.payload.web/init.scope\n' },
    'lxc',
  ],
  ['containerd under cgroup v1', { 'proc/1/cgroup': '11:memory:/kubepods/burstable/pod1f/9a\n' }, 'kubepods'],
  [
    'CRI-O under cgroup v2 without a namespace',
    { 'proc/1/cgroup': '0::/machine.slice/crio-9a.scope\n' },
    'crio',
  ],
  [
    'gVisor, whose kernel has one version',
    { 'proc/version': 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n' },
    'gvisor',
  ],
  ['systemd virt.c: OpenVZ', { 'proc/vz/vestat': '' }, 'openvz'],
  ['WSL 1: microsoft/WSL#423', { 'proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n' }, 'wsl'],
  // None.
  [
    'a host that runs containers: their mounts, not at its root',
    {
      ...mounts(
        '24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
        '1228 24 0:216 / /run/containerd/io.containerd.runtime.v2.task/k8s.io/6f19/rootfs rw - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/4/fs',
        '1300 24 0:44 / /var/lib/docker/overlay2/81d1/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A',
        '1301 24 0:45 / /var/lib/kubelet/pods/1f/volumes/kubernetes.io~projected/t rw - tmpfs tmpfs rw',
      ),
      'proc/1/cgroup': '0::/init.scope\n',
    },
    'absent',
  ],
  [
    'a host whose root is an overlay: live medium, overlayroot',
    mounts(
      '30 1 0:28 / / rw - overlay overlay rw,lowerdir=/run/live/rootfs/filesystem.squashfs,upperdir=/cow/upper',
    ),
    'absent',
  ],
  [
    'the service of a manager is no container',
    { 'proc/1/cgroup': '0::/system.slice/docker.service\n' },
    'absent',
  ],
  ["OpenVZ's own host", { 'proc/vz/vestat': '', 'proc/bc/0/meminfo': '' }, 'absent'],
  ['a variable that is empty', environ('container=', 'HOME=/'), 'absent'],
  ['WSL 2 is a machine', { 'proc/sys/kernel/osrelease': '5.15.153.1-microsoft-standard-WSL2\n' }, 'absent'],
];

test.each(CONTAINERS)('%s', async (_source, files, right) => {
  expect(factsOf(await assessMachine({ files }))['container.kind']).toBe(right);
});
