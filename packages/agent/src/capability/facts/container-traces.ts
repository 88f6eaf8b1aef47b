/** The container manager that a cgroup's path names; undefined where a cgroup namespace hides the path. */
export function containerOfCgroup(text: string): string | undefined {
  // Not the service of a manager itself, which runs on the host.
  return /(?:^|[/:-])(docker|kubepods|libpod|lxc|containerd|crio)(?=[/.:-]|$)(?!\.service)/m.exec(text)?.[1];
}

/** Where managers keep a container's root, and the files that they put over its /etc. */
const STORES: readonly (readonly [RegExp, string])[] = [
  [/\/kubelet\/pods\/|\/kubernetes\.io\//, 'kubepods'],
  [/\/containerd\/io\.containerd\.grpc\.v1\.cri\/|\/containerd\/[^ ]*\/k8s\.io\//, 'kubepods'],
  [/\/docker\/(overlay2|containers|image|btrfs|zfs|vfs|fuse-overlayfs|rootfs)\//, 'docker'],
  [/\/io\.containerd\.(snapshotter|runtime)\.v\d/, 'containerd'],
  [/\/nerdctl\//, 'containerd'],
  [/\/buildah\d*\/|\/var\/lib\/containers\/cache\/buildah/, 'buildah'],
  [/\/containers\/storage\/|\/overlay-containers\//, 'podman'],
  [/\/(lxc|lxd|incus)\/(containers|storage-pools|[^/ ]+\/rootfs)/, 'lxc'],
  [/\/var\/lib\/machines\//, 'systemd-nspawn'],
];

/** What managers mount one by one; on a host nothing of theirs is there. */
const PUT_BY_MANAGER = /^\/(etc\/(hosts|hostname|resolv\.conf)|dev\/termination-log|run\/\.containerenv)$/;
const SECRETS = /^\/(var\/)?run\/secrets\/kubernetes\.io(\/|$)/;

/**
 * The container manager that a mount table names (proc_pid_mountinfo(5)). Only the root and what a manager puts there
 * count: a host that runs containers has their mounts as well, elsewhere.
 */
export function containerOfMounts(mountinfo: string): string | undefined {
  const telling = mountinfo.split('\n').flatMap((line) => {
    const [, , , root = '', point = '', ...rest] = line.split(' ');
    if (SECRETS.test(point)) return ['/kubernetes.io/'];
    if (point !== '/' && !PUT_BY_MANAGER.test(point)) return [];
    return [`${root} ${rest.slice(rest.indexOf('-') + 1).join(' ')} `];
  });
  return STORES.find(([store]) => telling.some((text) => store.test(text)))?.[1];
}

/** The value of one variable in an environment as /proc/PID/environ gives it. */
export function variableIn(environ: string, name: string): string | undefined {
  const variable = environ.split('\0').find((each) => each.startsWith(`${name}=`));
  return variable?.slice(name.length + 1) || undefined;
}

/** podman leaves the file empty for users, and writes `engine="podman-4.3.1"` otherwise; buildah writes itself. */
export function engineOf(containerenv: string): string {
  return /^engine="?(podman|buildah)/m.exec(containerenv)?.[1] ?? 'podman';
}

/** gVisor tells every program this version, whatever kernel it is on. */
export const isGvisor = (version: string) =>
  /^Linux version 4\.4\.0 #1 SMP Sun Jan 10 15:06:54 PST 2016/.test(version);
