import { readFile } from 'node:fs/promises';
import { defined } from '@nestwatch/common/defined';
import type { Suite } from '../../debian/suites.ts';
import { unpackedPackages } from '../../debian/unpacked-packages.ts';
import { type Chosen, createChooser, versionOf } from '../versions/choose.ts';
import type { Wanted } from '../versions/wanted.ts';

/** What the layers have beside kernel and QEMU; zstd and xz unpack kernel modules. */
const BASE = ['busybox-static', 'e2fsprogs', 'base-files', 'xz-utils', 'zstd'];
const QEMU = 'qemu-system-x86';
/** Runs in QEMU's process, so it is of the same suite. */
const SLOW_MOTION = 'libfaketime';
/** The packages of a kernel, without those that install it; 7.x has the list of built-in modules in linux-base-VERSION. */
const OF_KERNEL = /^linux-(?:image|modules|binary|base-\d)/;
const WANTED = {
  purpose: 'the lab',
  without:
    'without them the lab does not start: it needs apt-get, dpkg-deb, Debian sources and the network once',
};

/** What is asked for in a lab. */
export interface Versions {
  /** Default source of packages; undefined for this machine's own sources. */
  suite: Suite | undefined;
  /** Of each layer, guest0 first; undefined for the usual one. */
  kernels: readonly (Wanted | undefined)[];
  qemus: readonly (Wanted | undefined)[];
  /** Further kernels that a layer can be started again with. */
  spareKernels: readonly Wanted[];
}

/** Folders of unpacked packages. */
export interface LayerPackages {
  base: string;
  /** Of each layer, guest0 first. */
  kernels: string[];
  spareKernels: string[];
  qemus: { folder: string; version: string }[];
}

interface Options {
  /** Folder for what may be deleted and had again. */
  cache: string;
  signal: AbortSignal;
  note(text: string): void;
}

/** Gets the packages that layers are made of. @throws UsageError when some are unavailable */
export async function layerPackages(versions: Versions, options: Options): Promise<LayerPackages> {
  const { suite } = versions;
  const chooser = createChooser(options.cache, { ...WANTED, ...options });
  const unpack = (of: Suite | undefined, packages: readonly string[], alone: boolean) =>
    unpackedPackages({ ...defined({ suite: of }), packages, alone, ...WANTED, ...options });
  const kernel = { suite, package: await kernelPackage(suite) };
  const unpackKernels = async (list: readonly (Wanted | undefined)[]) => {
    const kernels: { folder: string; version: string }[] = [];
    for (const wanted of list) {
      const chosen = await chooser.choose(wanted ?? {}, kernel);
      const folder = await unpack(chosen.suite, packagesOf(chosen), true);
      kernels.push({ folder, version: versionOf(chosen) });
    }
    return kernels;
  };
  const kernels = await unpackKernels(versions.kernels);
  const spares = await unpackKernels(versions.spareKernels);
  const usualQemu = qemuFor([...kernels, ...spares].map(({ version }) => version));
  if (usualQemu.version !== undefined && versions.qemus.includes(undefined)) {
    options.note(
      `QEMU ${usualQemu.version} where none is named, because below guest0 a kernel such as 5.10 or 7.3 ends at once on 7.2`,
    );
  }
  const qemus: LayerPackages['qemus'] = [];
  for (const wanted of versions.qemus) {
    const chosen = await chooser.choose(wanted ?? usualQemu, { suite, package: QEMU });
    const folder = await unpack(chosen.suite, [chosen.package, SLOW_MOTION], false);
    qemus.push({ folder, version: versionOf(chosen).replace(/[^\d.].*$/, '') });
  }
  const folders = (list: typeof kernels) => list.map(({ folder }) => folder);
  return {
    base: await unpack(suite, BASE, false),
    kernels: folders(kernels),
    spareKernels: folders(spares),
    qemus,
  };
}

/**
 * The QEMU where none is named, by the kernels of the layers, guest0 first. QEMU 7.2's emulation runs 6.x below guest0 only:
 * there the first process of 5.10 ends at its first signal ("bad frame in rt_sigreturn"), and 7.3 while it starts.
 */
export function qemuFor([, ...below]: readonly string[]): Wanted {
  return below.some((release) => !release.startsWith('6.')) ? { version: '10.0' } : {};
}

/** Names of a kernel's packages: the image may be split over several. */
function packagesOf({ files }: Chosen): string[] {
  return files.filter((file) => OF_KERNEL.test(file)).map((file) => file.split('_')[0] ?? '');
}

/** The smallest kernel for machines: Debian's for clouds, and in the sources of an Ubuntu its own for virtual machines. */
async function kernelPackage(suite: Suite | undefined): Promise<string> {
  const release = suite === undefined ? await readFile('/etc/os-release', 'utf8').catch(() => '') : '';
  return /^ID=ubuntu$|^ID_LIKE=.*ubuntu/m.test(release) ? 'linux-image-virtual' : 'linux-image-cloud-amd64';
}
