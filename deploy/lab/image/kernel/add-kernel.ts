import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../../../debian/run.ts';
import type { FoundKernel } from './find-kernel.ts';
import { type Module, readModules } from './module-set.ts';

/** Modules that reaching the system disk takes, where they are not built in. */
const INITRAMFS_MODULES = ['virtio_mmio', 'virtio_blk', 'ext4'];
/** Further modules that the layers load. */
const SYSTEM_MODULES = ['virtio_console', 'virtio_net', 'kvm', 'kvm_amd', 'kvm_intel', 'cpuid', 'msr'];

interface Sources {
  /** The lab's own packages unpacked: their xz and zstd. */
  packages: string;
  /** The first program that the kernel starts. */
  init: string;
  /** Folder for what is deleted afterwards. */
  work: string;
}

/** Adds a kernel to a system tree: boot/RELEASE/vmlinuz and initrd, and its modules in lib/modules/RELEASE. */
export async function addKernel(tree: string, kernel: FoundKernel, sources: Sources): Promise<void> {
  const { release, image, modules: folder } = kernel;
  const boot = join(tree, 'boot', release);
  await mkdir(boot, { recursive: true });
  await cp(image, join(boot, 'vmlinuz'), { dereference: true });
  await writeModules(
    join(tree, 'lib/modules', release),
    await readModules(folder, [...INITRAMFS_MODULES, ...SYSTEM_MODULES], sources.packages),
  );
  const early = await readModules(folder, INITRAMFS_MODULES, sources.packages);
  await writeFile(join(boot, 'initrd'), await makeInitramfs(tree, release, early, sources));
}

/** Each as NAME.ko, and in `needs` a line "NAME: NAME NAME…" for each, which load.sh reads. */
async function writeModules(folder: string, modules: readonly Module[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of modules) await writeFile(join(folder, `${name}.ko`), content);
  const lines = modules.map(({ name, needs }) => `${name}: ${needs.join(' ')}\n`);
  await writeFile(join(folder, 'needs'), lines.join(''));
}

/** BusyBox and those modules, as the kernel takes it. */
async function makeInitramfs(
  tree: string,
  release: string,
  modules: readonly Module[],
  { init, work }: Sources,
): Promise<Buffer> {
  const root = join(work, 'initramfs');
  await rm(root, { recursive: true, force: true });
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'system']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const busybox = join(tree, 'bin/busybox');
  await cp(busybox, join(root, 'bin/busybox'));
  await cp(init, join(root, 'init'));
  await cp(join(init, '../load.sh'), join(root, 'load.sh'));
  await chmod(join(root, 'init'), 0o755);
  await writeModules(join(root, 'lib/modules', release), modules);
  const archive = join(work, 'initramfs.cpio');
  await run('/bin/sh', ['-c', '"$1" find . | "$1" cpio -o -H newc > "$2"', 'sh', busybox, archive], {
    cwd: root,
  });
  return gzipSync(await readFile(archive));
}
