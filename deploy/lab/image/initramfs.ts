import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../packages/run.ts';

/** Modules that reaching the system disk takes, by file name; the kernel has ext4, tmpfs and the serial port built in. */
export const INITRAMFS_MODULES = ['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_blk'] as const;

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
