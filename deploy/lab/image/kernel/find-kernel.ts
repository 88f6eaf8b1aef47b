import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';

/** A kernel as unpacked packages have it. */
export interface FoundKernel {
  /** What `uname -r` says, such as "6.12.9-cloud-amd64". */
  release: string;
  /** File that a machine boots. */
  image: string;
  /** Folder of its modules. */
  modules: string;
}

const IMAGE = /^vmlinuz-(.+)$/;
const MODULE_FOLDERS = ['lib/modules', 'usr/lib/modules'];

/**
 * Finds the kernel in a folder of unpacked packages: Debian and Ubuntu have the image in `boot/vmlinuz-VERSION`; Debian's
 * packages of 7.x, and Fedora's, have it beside the modules.
 * @throws UsageError saying what is not there
 */
export async function findKernel(packages: string): Promise<FoundKernel> {
  const folders = (
    await Promise.all(
      MODULE_FOLDERS.map(async (folder) =>
        (
          await namesIn(join(packages, folder))
        ).map((release) => ({
          release,
          modules: join(packages, folder, release),
        })),
      ),
    )
  ).flat();
  const bootImages = new Map(
    (await namesIn(join(packages, 'boot'))).flatMap((name) => {
      const release = IMAGE.exec(name)?.[1];
      return release === undefined ? [] : [[release, join(packages, 'boot', name)]];
    }),
  );
  const found = folders.flatMap(({ release, modules }) => {
    // Those with firmware or a second kernel's leftovers have no list of what is built in.
    if (!existsSync(join(modules, 'modules.builtin'))) return [];
    const beside = join(modules, 'vmlinuz');
    const image = bootImages.get(release) ?? (existsSync(beside) ? beside : undefined);
    return image === undefined ? [] : [{ release, image, modules }];
  });
  const [kernel, ...others] = found;
  if (kernel === undefined) {
    const images = [...bootImages.keys()].join(', ') || 'none';
    const modules = folders.map(({ release }) => release).join(', ') || 'none';
    throw new UsageError(
      `the kernel packages in ${packages} have no kernel with its modules (images: ${images}; modules: ${modules})`,
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `the kernel packages in ${packages} have several kernels: ${found.map(({ release }) => release).join(', ')}`,
    );
  }
  return kernel;
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);
