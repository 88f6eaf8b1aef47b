import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { createApt } from '../../debian/apt.ts';
import type { PackageFile } from '../../debian/printed.ts';
import { unpackAll } from '../../debian/unpack.ts';
import { startTicks } from '../../local/processes.ts';
import { refuseFullDisk } from '../free-space.ts';
import { makeExt4 } from './ext4.ts';
import { buildInitramfs, buildSystemTree } from './system-tree.ts';

const PACKAGES = [
  'linux-image-cloud-amd64',
  'qemu-system-x86',
  'busybox-static',
  'libfaketime',
  'e2fsprogs',
  'base-files',
];
const WANTED = {
  purpose: 'the lab',
  without:
    'without them the lab does not start: it needs apt-get, dpkg-deb, Debian sources and the network once',
};
/** Raised when what the code builds from the same packages changes. */
const FORMAT = 1;
const UNFINISHED = 'building-';
const SIZE_BYTES = 448 * 1024 * 1024;
/** Packages, what is unpacked of them, the tree and the image; most of it is freed at the end. */
const NEEDED_BYTES = 1.6 * 1024 ** 3;

export type SystemImage = ReturnType<typeof partsOf>;

interface SystemImageOptions {
  /** Folder for what may be deleted and made again. */
  cache: string;
  /** The first program that the kernel starts. */
  initramfsInit: string;
  signal: AbortSignal;
  note(text: string): void;
}

interface Manifest {
  /** Hash of what does not come from packages. */
  own: string;
  packages: PackageFile[];
}

/**
 * Gives the system that every layer boots from, building it when there is none for today's inputs. Several may build
 * at once: each in a folder of its own, and the first one's result stays.
 */
export async function ensureSystemImage(options: SystemImageOptions): Promise<SystemImage> {
  const { cache } = options;
  if (process.arch !== 'x64' || process.platform !== 'linux') {
    throw new UsageError(
      `the lab runs on Linux on x86-64, and this is ${process.platform} on ${process.arch}`,
    );
  }
  await mkdir(cache, { recursive: true });
  await removeUnfinished(cache);
  const work = join(cache, `${UNFINISHED}${process.pid}`);
  try {
    return await findOrBuild(options, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findOrBuild(options: SystemImageOptions, work: string): Promise<SystemImage> {
  const { cache, signal, note } = options;
  const own = await hashOwnInputs(options.initramfsInit);
  const apt = createApt(join(work, 'apt'), { ...WANTED, signal, note });
  let packages: PackageFile[];
  try {
    packages = await apt.plan(PACKAGES);
  } catch (error) {
    const built = await findBuilt(cache, (manifest) => manifest.own === own);
    if (built === undefined) throw error;
    note(`using the image built earlier, because ${messageOf(error)}`);
    return built;
  }
  const built = await findBuilt(cache, (_, name) => name === nameOf(own, packages));
  if (built !== undefined) return built;

  refuseFullDisk(cache, NEEDED_BYTES, "building the lab's image");
  const megabytes = Math.round(packages.reduce((sum, file) => sum + file.bytes, 0) / 1e6);
  note(
    `downloading ${packages.length} Debian packages (${megabytes} MB) into ${cache}; nothing is installed`,
  );
  const { folder: archives, files } = await apt.download(PACKAGES);
  note('unpacking them');
  await unpackAll(archives, join(work, 'packages'), signal);
  note('building the image');
  const result = join(work, 'result');
  const tree = join(result, 'tree');
  await buildSystemTree(tree, join(work, 'packages'));
  await buildInitramfs(tree, options.initramfsInit, work);
  await makeExt4(tree, join(result, 'system.ext4'), { sizeBytes: SIZE_BYTES, from: tree, label: 'system' });
  await writeFile(
    join(result, 'manifest.json'),
    JSON.stringify({ own, packages: files } satisfies Manifest, undefined, 2),
  );
  const name = nameOf(own, files);
  await rename(result, join(cache, name)).catch(async (error: unknown) => {
    if (!(await systemFolders(cache)).includes(name)) throw error;
  });
  await removeOld(cache, name);
  return partsOf(join(cache, name));
}

function nameOf(own: string, packages: readonly PackageFile[]): string {
  const checksums = packages.map((file) => file.checksum).join('\n');
  return `system-${sha256(`${own}\n${checksums}`).slice(0, 16)}`;
}

/** Folders of builders that were killed. */
async function removeUnfinished(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((each) => each.startsWith(UNFINISHED))) {
    const isOver = startTicks(Number(name.slice(UNFINISHED.length))) === undefined;
    if (isOver) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** Keeps the newest of the others, because a lab that runs may still boot layers from it. */
async function removeOld(cache: string, current: string): Promise<void> {
  const others = (await systemFolders(cache)).filter((name) => name !== current);
  const ages = await Promise.all(
    others.map(async (name) => ({ name, ms: (await stat(join(cache, name))).mtimeMs })),
  );
  for (const { name } of ages.sort((a, b) => b.ms - a.ms).slice(1)) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function hashOwnInputs(initramfsInit: string): Promise<string> {
  const { version, execPath } = process;
  const inputs = [version, execPath, SIZE_BYTES, PACKAGES, await readFile(initramfsInit, 'utf8')];
  return sha256(JSON.stringify([FORMAT, ...inputs]));
}

async function findBuilt(
  cache: string,
  fits: (manifest: Manifest, name: string) => boolean,
): Promise<SystemImage | undefined> {
  for (const name of await systemFolders(cache)) {
    try {
      const manifest = JSON.parse(await readFile(join(cache, name, 'manifest.json'), 'utf8')) as Manifest;
      if (fits(manifest, name)) return partsOf(join(cache, name));
    } catch {
      // Without a readable manifest it was never finished.
    }
  }
  return undefined;
}

async function systemFolders(cache: string): Promise<string[]> {
  return (await readdir(cache)).filter((name) => name.startsWith('system-'));
}

function partsOf(folder: string) {
  return {
    /** Files of the system, from which the build machine runs QEMU. */
    tree: join(folder, 'tree'),
    /** The same as a disk. */
    disk: join(folder, 'system.ext4'),
    kernel: join(folder, 'tree/boot/vmlinuz'),
    initrd: join(folder, 'tree/boot/initrd'),
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
