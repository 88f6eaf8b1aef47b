import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { copyLibraries, fileIn, inTree, neededFileIn } from './libraries.ts';

const PROGRAM = 'usr/bin/qemu-system-x86_64';
const FIRMWARE = ['pvh.bin', 'linuxboot_dma.bin', 'kvmvapic.bin'];
/** Where a layer shows QEMU its own folders, see guest/child.sh. */
const MOUNTED = ['dev', 'proc', 'sys', 'run', 'tmp', 'var', 'boot'];

/**
 * Adds a QEMU to a system tree, as a root folder of its own with its libraries, so that it can be of another suite than
 * the rest. The build machine runs guest0's from the same folder.
 * @param packages Folder with QEMU and all that it needs unpacked.
 */
export async function addQemu(root: string, packages: string): Promise<void> {
  for (const folder of [...MOUNTED, 'usr/bin', 'usr/share/qemu', 'lib/qemu']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const program = await neededFileIn(packages, PROGRAM);
  await cp(program, join(root, PROGRAM), { dereference: true });
  await copyLibraries(root, packages, [program]);
  for (const file of FIRMWARE) {
    await cp(join(packages, 'usr/share/qemu', file), join(root, 'usr/share/qemu', file), {
      dereference: true,
    });
  }
  // The packages have bios-microvm.bin as a link to it.
  const microvm = join(packages, 'usr/share/qemu/qboot.rom');
  await cp(microvm, join(root, 'usr/share/qemu/bios-microvm.bin'), { dereference: true });
  // Only the build machine uses these two: emulation, and slow motion.
  const loadable = join(packages, 'usr/lib/x86_64-linux-gnu/qemu');
  if (existsSync(loadable)) {
    const filter = (path: string) => !path.endsWith('.so') || basename(path).startsWith('accel-tcg');
    await cp(loadable, join(root, 'lib/qemu'), { recursive: true, filter });
  }
  const faketime = fileIn(packages, 'usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1');
  if (faketime === undefined) throw new UsageError(`${packages} has no libfaketime.so.1`);
  await cp(faketime, join(root, 'lib/libfaketime.so.1'), { dereference: true });
}

/** How the build machine runs the QEMU of a root folder: program, its first arguments, environment. */
export function qemuCommand(root: string) {
  const [program, args] = inTree(root, join(root, PROGRAM));
  return {
    program,
    args: [...args, '-L', join(root, 'usr/share/qemu')],
    env: { QEMU_MODULE_DIR: join(root, 'lib/qemu') },
    faketime: join(root, 'lib/libfaketime.so.1'),
  };
}
