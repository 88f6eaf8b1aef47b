import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { startTicks } from '../../local/processes.ts';
import { refuseFullDisk } from '../free-space.ts';
import { addQemu } from './add-qemu.ts';
import { makeExt4 } from './ext4.ts';
import { addKernel } from './kernel/add-kernel.ts';
import { findKernel } from './kernel/find-kernel.ts';
import { type LayerPackages, layerPackages, type Versions } from './layer-packages.ts';
import { buildSystemTree } from './system-tree.ts';

/** Raised when what the code builds from the same packages changes. */
const FORMAT = 4;
const UNFINISHED = 'building-';
const MIB = 1024 * 1024;
/** Beside the files: what ext4 keeps for itself. */
const SPARE_BYTES = 48 * MIB;
/** The tree and the image. */
const NEEDED_BYTES = 1.2 * 1024 ** 3;
/** Images for other versions, which a lab that runs may still boot layers from. */
const KEPT_OTHERS = 3;

/** What one layer boots from, as names in the system. */
export interface LayerParts {
  /** `uname -r` of its kernel. */
  release: string;
  /** Version of the QEMU that runs it. */
  qemu: string;
}

export interface SystemImage {
  /** Files of the system, from which the build machine runs guest0's QEMU. */
  tree: string;
  /** The same as a disk. */
  disk: string;
  /** guest0 first. */
  layers: readonly LayerParts[];
  /** `uname -r` of all kernels that it has. */
  releases: readonly string[];
}

export interface SystemImageOptions {
  /** Folder for what may be deleted and made again. */
  cache: string;
  /** Folder for packages, which may be deleted and had again. */
  packagesCache: string;
  /** Folder with the scripts of a layer. */
  scripts: string;
  versions: Versions;
  /** Without Node.js, as a machine is that waits for its invitation. */
  bare?: boolean;
  signal: AbortSignal;
  note(text: string): void;
}

/**
 * Gives the system that every layer boots from, building it when there is none for today's inputs. Several may build
 * at once: each in a folder of its own, and the first one's result stays.
 */
export async function ensureSystemImage(options: SystemImageOptions): Promise<SystemImage> {
  const { cache, packagesCache, versions, signal, note } = options;
  if (process.arch !== 'x64' || process.platform !== 'linux') {
    throw new UsageError(
      `the lab runs on Linux on x86-64, and this is ${process.platform} on ${process.arch}`,
    );
  }
  await mkdir(cache, { recursive: true });
  await mkdir(packagesCache, { recursive: true });
  await removeUnfinished(cache);
  const packages = await layerPackages(versions, { cache: packagesCache, signal, note });
  const name = await nameOf(packages, options);
  if (!(await systemFolders(cache)).includes(name)) await build(options, packages, name);
  await removeOld(cache, name);
  const releaseOf = async (folder: string) => (await findKernel(folder)).release;
  const releases = await Promise.all(packages.kernels.map(releaseOf));
  const spares = await Promise.all(packages.spareKernels.map(releaseOf));
  return {
    tree: join(cache, name, 'tree'),
    disk: join(cache, name, 'system.ext4'),
    layers: releases.map((release, at) => ({ release, qemu: packages.qemus[at]?.version ?? '' })),
    releases: [...new Set([...releases, ...spares])],
  };
}

/** Where the kernel of a layer stands in a system tree. */
export function bootFiles(tree: string, { release }: LayerParts) {
  const folder = join(tree, 'boot', release);
  return { kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd') };
}

/** A BusyBox that runs on any machine. */
export const busyboxOf = ({ tree }: Pick<SystemImage, 'tree'>) => join(tree, 'bin/busybox');

/** Root folder of a layer's QEMU. */
export const qemuRoot = (tree: string, { qemu }: Pick<LayerParts, 'qemu'>) => join(tree, 'qemu', qemu);

async function build(options: SystemImageOptions, packages: LayerPackages, name: string): Promise<void> {
  const { cache, scripts, note, bare = false } = options;
  refuseFullDisk(cache, NEEDED_BYTES, "building the lab's image");
  note('building the image');
  const work = join(cache, `${UNFINISHED}${process.pid}`);
  const result = join(work, 'result');
  const tree = join(result, 'tree');
  try {
    await buildSystemTree(tree, packages.base, bare);
    for (const { folder, version } of distinct(packages.qemus, (each) => each.version)) {
      await addQemu(qemuRoot(tree, { qemu: version }), folder);
    }
    const sources = { packages: packages.base, init: join(scripts, 'initramfs-init.sh'), work };
    const kernels = new Set([...packages.kernels, ...packages.spareKernels]);
    for (const folder of kernels) await addKernel(tree, await findKernel(folder), sources);
    const sizeBytes = Math.ceil((SPARE_BYTES + 1.1 * (await bytesOf(tree))) / MIB) * MIB;
    await makeExt4(tree, join(result, 'system.ext4'), { sizeBytes, from: tree, label: 'system' });
    await writeFile(join(result, 'made-of.json'), JSON.stringify(packages, undefined, 2));
    await rename(result, join(cache, name)).catch(async (error: unknown) => {
      if (!(await systemFolders(cache)).includes(name)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Of what the image is made of: the packages' versions are in the names of their folders. */
async function nameOf(
  { base, kernels, spareKernels, qemus }: LayerPackages,
  { scripts, bare }: Pick<SystemImageOptions, 'scripts' | 'bare'>,
): Promise<string> {
  const folders = [
    base,
    ...new Set([...kernels, ...spareKernels]),
    ...new Set(qemus.map(({ folder }) => folder)),
  ];
  const own = ['initramfs-init.sh', 'load.sh'].map((script) => readFile(join(scripts, script), 'utf8'));
  const node = bare === true ? ['bare'] : [process.version, process.execPath];
  const inputs = [FORMAT, ...node, ...(await Promise.all(own))];
  const text = JSON.stringify([...inputs, ...folders.map((folder) => basename(folder)).sort()]);
  return `system-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Folders of builders that were killed. */
async function removeUnfinished(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((each) => each.startsWith(UNFINISHED))) {
    const isOver = startTicks(Number(name.slice(UNFINISHED.length))) === undefined;
    if (isOver) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function removeOld(cache: string, current: string): Promise<void> {
  const others = (await systemFolders(cache)).filter((name) => name !== current);
  const ages = await Promise.all(
    others.map(async (name) => ({ name, ms: (await stat(join(cache, name))).mtimeMs })),
  );
  for (const { name } of ages.sort((a, b) => b.ms - a.ms).slice(KEPT_OTHERS)) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function systemFolders(cache: string): Promise<string[]> {
  return (await readdir(cache)).filter((name) => name.startsWith('system-'));
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
  return sizes.reduce((sum, { size }) => sum + Math.ceil(size / 4096) * 4096, 0);
}

/** The first of each key. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].reverse();
}
