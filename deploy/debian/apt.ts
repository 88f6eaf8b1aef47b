import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { type AptGet, createAptGet } from './apt-get.ts';
import { missing, type Wanted } from './missing.ts';
import { type PackageFile, parsePrintedUris } from './printed.ts';
import type { RunOptions } from './run.ts';
import type { Suite } from './suites.ts';

export interface AptOptions extends Wanted, Omit<RunOptions, 'cwd'> {
  /** Whose packages; those of this machine's own sources when none is given. */
  suite?: Suite | undefined;
  note(text: string): void;
}

export interface Downloaded {
  folder: string;
  files: PackageFile[];
}

const INSTALL = ['install', '-qq', '-y', '--no-install-recommends'];
const SOURCE = ['source', '-qq', '--only-source', '--download-only'];

/**
 * Debian packages, verified by apt, in a folder of its own; nothing is installed, and root is not needed. Each call
 * replaces what the one before has downloaded. What cannot be had is a UsageError of one line: packages, suite, mirror,
 * reason, and what goes on without them.
 */
export function createApt(directory: string, options: AptOptions) {
  const { suite, note } = options;
  const binary = createAptGet(directory, { ...options, kind: 'binary' });
  const source = createAptGet(join(directory, 'source'), { ...options, kind: 'source' });

  async function withLists<T>(apt: AptGet, packages: readonly string[], act: () => Promise<T>): Promise<T> {
    try {
      return await actOnLists(apt, act);
    } catch (error) {
      const from =
        suite === undefined ? "this machine's Debian sources" : `${suite} at ${await apt.mirror()}`;
      throw missing(error, `${packages.join(' ')} from ${from}`, options);
    }
  }

  /** Lists go stale: a mirror drops the files of a package that was superseded. Then fresh lists are fetched, once. */
  async function actOnLists<T>(apt: AptGet, act: () => Promise<T>): Promise<T> {
    if (apt.hasOwnLists()) return act();
    if (suite === undefined) {
      try {
        return await act();
      } catch (error) {
        if (messageOf(error).includes('not on this machine')) throw error;
        note('fetching new package lists, because the local ones do not suffice');
      }
    }
    await apt.update();
    return act();
  }

  async function listed(apt: AptGet, args: readonly string[]): Promise<PackageFile[]> {
    // What has been downloaded is not listed.
    await rm(apt.archives, { recursive: true, force: true });
    await mkdir(apt.archives, { recursive: true });
    const files = parsePrintedUris(await apt.run([...args, '--print-uris']));
    if (files.length === 0) throw new UsageError('apt-get knows none of the packages');
    return files;
  }

  function download(apt: AptGet, packages: readonly string[], args: readonly string[]): Promise<Downloaded> {
    return withLists(apt, packages, async () => {
      const files = await listed(apt, [...args, ...packages]);
      await apt.run([...args, ...packages]);
      return { folder: apt.archives, files };
    });
  }
  return {
    /** The files that the packages and everything they need consist of, as the mirror has them now. */
    plan: (packages: readonly string[]) =>
      withLists(binary, packages, () => listed(binary, [...INSTALL, ...packages])),
    /** Downloads them: what was planned, or what takes its place where that was superseded. */
    download: (packages: readonly string[]) => download(binary, packages, [...INSTALL, '--download-only']),
    /** Only the files of these packages, without what they need. */
    planAlone: (packages: readonly string[]) =>
      withLists(binary, packages, () => listed(binary, ['download', '-qq', ...packages])),
    /** Downloads the packages without what they need. */
    downloadAlone: (packages: readonly string[]) => download(binary, packages, ['download', '-qq']),
    /**
     * Downloads a source package: its .dsc and the files that this names, for `dpkg-source -x` or tar. Without a suite,
     * the machine's own sources must have a `deb-src`.
     */
    downloadSource: (name: string) => download(source, [name], SOURCE),
    /** Downloads of a source package only what its authors published, without Debian's own files. */
    downloadTar: (name: string) => download(source, [name], [...SOURCE, '--tar-only']),
  };
}
