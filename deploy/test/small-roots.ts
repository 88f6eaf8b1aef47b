import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from '../debian/unpacked-packages.ts';

/** A root folder of a system that has no Node. */
export interface SmallRoot {
  readonly title: string;
  readonly path: string;
  /** Program and arguments that run a command in it, as the process that is started. */
  inside(...command: string[]): [string, string[]];
}

const WANTED = {
  purpose: 'the roots that the self-contained agent is tried in',
  without: 'these tests are skipped',
  note: () => undefined,
};
/** As where systemd-resolved and libvirt were installed, whose modules are not there for this glibc. */
const NSSWITCH =
  'hosts: files libvirt mymachines resolve [!UNAVAIL=return] mdns4_minimal [NOTFOUND=return] dns\n';
const FOLDERS = ['bin', 'dev', 'proc', 'sys', 'tmp', 'etc', 'var/tmp', 'opt', 'usr/bin', 'lib'];

/**
 * Debian 11 with glibc 2.31; BusyBox and nothing else; BusyBox and musl, so that the libc in it is not glibc.
 * @param folder receives them
 */
export async function smallRoots(folder: string): Promise<SmallRoot[]> {
  const debian = await unpackedPackages({ ...WANTED, suite: 'bullseye', packages: ['dash', 'coreutils'] });
  const small = { ...WANTED, suite: 'bookworm', alone: true } as const;
  const busybox = await unpackedPackages({ ...small, packages: ['busybox-static'] });
  const musl = await unpackedPackages({ ...small, packages: ['musl'] });
  return [
    smallRoot('Debian 11', join(folder, 'debian-11'), (root) => {
      cpSync(debian, root, { recursive: true, verbatimSymlinks: true });
      writeFileSync(join(root, 'etc/nsswitch.conf'), NSSWITCH);
      if (!existsSync(join(root, 'bin/sh'))) symlinkSync('dash', join(root, 'bin/sh'));
    }),
    smallRoot('BusyBox', join(folder, 'busybox'), (root) => addBusybox(busybox, root)),
    smallRoot('musl', join(folder, 'musl'), (root) => {
      addBusybox(busybox, root);
      cpSync(join(musl, 'lib'), join(root, 'lib'), { recursive: true, verbatimSymlinks: true });
    }),
  ];
}

function smallRoot(title: string, path: string, fill: (root: string) => void): SmallRoot {
  for (const each of FOLDERS) mkdirSync(join(path, each), { recursive: true });
  fill(path);
  // No /dev/kvm, whatever this machine has.
  for (const [name, minor] of Object.entries({ null: 3, zero: 5, urandom: 9 })) {
    execFileSync('mknod', ['-m', '666', join(path, 'dev', name), 'c', '1', String(minor)]);
  }
  // In mounts of its own, which go with the process.
  const script = `mount --rbind /proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" "$@"`;
  return {
    ...{ title, path },
    inside: (...command) => [
      'env',
      [
        '-i',
        'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
        'unshare',
        '--mount',
        'sh',
        '-c',
        script,
        path,
        ...command,
      ],
    ],
  };
}

function addBusybox(packages: string, root: string): void {
  cpSync(join(packages, 'bin/busybox'), join(root, 'bin/busybox'));
  execFileSync('chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
}
