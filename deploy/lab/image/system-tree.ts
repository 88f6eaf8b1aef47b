import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UsageError } from '@nestwatch/common/errors';
import { run } from '../../debian/run.ts';
import { inTree, LOADER, librariesOf } from './libraries.ts';

const FOLDERS = [
  ...['bin', 'sbin', 'boot', 'config', 'dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'var'],
  ...['usr/bin', 'usr/share/qemu', 'lib/modules', 'lib/x86_64-linux-gnu', 'lib64'],
];
const FIRMWARE = ['pvh.bin', 'linuxboot_dma.bin', 'kvmvapic.bin'];
/** Modules that reaching the system disk takes, by file name; the kernel has ext4, tmpfs and the serial port built in. */
const INITRAMFS_MODULES = ['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_blk'] as const;
/** Further kernel modules that the layers load, by file name. */
const SYSTEM_MODULES = [
  ...['virtio_console', 'failover', 'net_failover', 'virtio_net'],
  ...['irqbypass', 'kvm', 'kvm-amd', 'kvm-intel', 'cpuid', 'msr'],
];
/** Programs of the packages that the system has beside BusyBox: QEMU, and what makes file systems. */
const PROGRAMS = ['usr/bin/qemu-system-x86_64', 'sbin/mke2fs'];

/**
 * Lays out the files that every layer boots from. The build machine runs its own QEMU from the same files,
 * so that all layers have the same QEMU. The Node.js that runs the agent is the one that runs this.
 * @param packages Folder with everything unpacked.
 */
export async function buildSystemTree(into: string, packages: string): Promise<void> {
  for (const folder of FOLDERS) await mkdir(join(into, folder), { recursive: true });
  const from = (path: string) => join(packages, path);
  const copy = (path: string, to: string) => cp(path, join(into, to), { dereference: true });

  await copyBusyBox(from('bin/busybox'), into);
  await copy(process.execPath, 'bin/node');
  for (const program of PROGRAMS) await copy(from(program), program);
  await copyLibraries(into, packages);
  for (const file of FIRMWARE) await copy(from(`usr/share/qemu/${file}`), `usr/share/qemu/${file}`);
  // The packages have bios-microvm.bin as a link to it.
  await copy(from('usr/share/qemu/qboot.rom'), 'usr/share/qemu/bios-microvm.bin');
  // Only the build machine uses these two: emulation, and slow motion.
  await cp(from('usr/lib/x86_64-linux-gnu/qemu'), join(into, 'lib/qemu'), {
    recursive: true,
    filter: (path) => !path.endsWith('.so') || path.includes('accel-tcg'),
  });
  await copy(from('usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'), 'lib/libfaketime.so.1');

  await copyKernel(into, packages);
  await writeFile(join(into, 'etc/passwd'), 'root:x:0:0:root:/var:/bin/sh\n');
  await writeFile(join(into, 'etc/group'), 'root:x:0:\n');
  await writeFile(join(into, 'etc/hosts'), '127.0.0.1 localhost\n');
  await copy(from('usr/lib/os-release'), 'etc/os-release').catch(() => undefined);
  // The system disk is shared and read-only; every layer makes its own.
  await symlink('/run/machine-id', join(into, 'etc/machine-id'));
  await checkRuns(into);
}

async function copyBusyBox(busybox: string, into: string): Promise<void> {
  await cp(busybox, join(into, 'bin/busybox'));
  for (const applet of (await run(busybox, ['--list'])).trim().split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(into, 'bin', applet));
  }
}

async function copyLibraries(into: string, packages: string): Promise<void> {
  await cp(join(packages, LOADER), join(into, LOADER), { dereference: true });
  const paths = new Map<string, string>();
  for (const binary of [...PROGRAMS.map((program) => join(packages, program)), process.execPath]) {
    for (const path of await librariesOf(packages, binary)) {
      if (!paths.has(basename(path))) paths.set(basename(path), path);
    }
  }
  for (const [name, path] of paths) {
    await cp(path, join(into, 'lib/x86_64-linux-gnu', name), { dereference: true });
  }
}

async function copyKernel(into: string, packages: string): Promise<void> {
  const kernels = (await readdir(join(packages, 'boot'))).filter((name) => name.startsWith('vmlinuz-'));
  const [kernel] = kernels;
  if (kernel === undefined) throw new UsageError('the kernel package has no kernel');
  await cp(join(packages, 'boot', kernel), join(into, 'boot/vmlinuz'));
  const modules = join(packages, 'lib/modules', kernel.replace('vmlinuz-', ''));
  const wanted = new Set<string>([...INITRAMFS_MODULES, ...SYSTEM_MODULES].map((name) => `${name}.ko`));
  for (const file of await readdir(modules, { recursive: true })) {
    if (!wanted.delete(basename(file))) continue;
    await cp(join(modules, file), join(into, 'lib/modules', basename(file)));
  }
  if (wanted.size > 0) throw new UsageError(`the kernel package has no ${[...wanted].join(', ')}`);
}

/** Finds out here, not in a silent guest, that Node.js or QEMU does not get along with the packages' libraries. */
async function checkRuns(root: string): Promise<void> {
  for (const binary of ['bin/node', 'usr/bin/qemu-system-x86_64']) {
    const [program, args] = inTree(root, join(root, binary));
    await run(program, [...args, '--version']);
  }
}

/** Builds boot/initrd in a system tree: BusyBox and those modules. */
export async function buildInitramfs(system: string, init: string, workFolder: string): Promise<void> {
  const root = join(workFolder, 'initramfs');
  await rm(root, { recursive: true, force: true });
  for (const folder of ['bin', 'modules', 'dev', 'proc', 'sys', 'system']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await cp(join(system, 'bin/busybox'), join(root, 'bin/busybox'));
  await cp(init, join(root, 'init'));
  await chmod(join(root, 'init'), 0o755);
  for (const name of INITRAMFS_MODULES) {
    await cp(join(system, `lib/modules/${name}.ko`), join(root, `modules/${name}.ko`));
  }
  const archive = join(workFolder, 'initramfs.cpio');
  const busybox = join(system, 'bin/busybox');
  await run('/bin/sh', ['-c', '"$1" find . | "$1" cpio -o -H newc > "$2"', 'sh', busybox, archive], {
    cwd: root,
  });
  await writeFile(join(system, 'boot/initrd'), gzipSync(await readFile(archive)));
}
