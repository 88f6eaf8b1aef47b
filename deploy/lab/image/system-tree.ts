import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../debian/run.ts';
import { copyExternalized } from './externalized.ts';
import { copyLibraries, inTree, neededFileIn } from './libraries.ts';

const FOLDERS = [
  ...['bin', 'sbin', 'boot', 'config', 'dev', 'etc', 'proc', 'qemu', 'run', 'sys', 'tmp', 'var'],
  ...['usr/bin', 'lib/modules'],
];

/**
 * Lays out the files that every layer boots from, but for kernels and QEMUs. The Node.js that runs the agent is the one
 * that runs this; a bare system has none, and a folder /opt.
 * @param packages Folder with the lab's packages unpacked.
 */
export async function buildSystemTree(into: string, packages: string, bare: boolean): Promise<void> {
  for (const folder of bare ? [...FOLDERS, 'opt'] : FOLDERS)
    await mkdir(join(into, folder), { recursive: true });
  await copyBusyBox(neededFileIn(packages, 'bin/busybox'), into);
  const makeFs = neededFileIn(packages, 'sbin/mke2fs');
  await cp(makeFs, join(into, 'sbin/mke2fs'), { dereference: true });
  if (bare) await copyLibraries(into, packages, [makeFs]);
  else {
    await cp(process.execPath, join(into, 'bin/node'), { dereference: true });
    await copyRunning(into, packages, [process.execPath, makeFs]);
    await copyExternalized(into);
  }
  await writeFile(join(into, 'etc/passwd'), 'root:x:0:0:root:/var:/bin/sh\n');
  await writeFile(join(into, 'etc/group'), 'root:x:0:\n');
  await writeFile(join(into, 'etc/hosts'), '127.0.0.1 localhost\n');
  await cp(neededFileIn(packages, 'usr/lib/os-release'), join(into, 'etc/os-release'), { dereference: true });
  // The system disk is shared and read-only; every layer makes its own.
  await symlink('/run/machine-id', join(into, 'etc/machine-id'));
}

async function copyBusyBox(busybox: string, into: string): Promise<void> {
  await cp(busybox, join(into, 'bin/busybox'));
  for (const applet of (await run(busybox, ['--list'])).trim().split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(into, 'bin', applet));
  }
}

/**
 * Copies the libraries of the packages or, where this machine's Node.js is of a newer release and does not run with
 * those, the machine's own: what was made for an older C library runs with a newer one. What a machine lacks, as a
 * container lacks the libraries of mke2fs, comes from the packages all the same.
 */
async function copyRunning(into: string, packages: string, binaries: readonly string[]): Promise<void> {
  const [program, args] = inTree(into, join(into, 'bin/node'));
  const tryIt = () => run(program, [...args, '--version']);
  try {
    await copyLibraries(into, packages, binaries);
    await tryIt();
  } catch {
    await copyLibraries(into, '/', binaries, packages);
    await tryIt();
  }
}
