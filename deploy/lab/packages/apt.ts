import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { type RunOptions, run } from './run.ts';

/** One file of a Debian package. */
export interface PackageFile {
  /** Name in the archive, such as "busybox-static_1%3a1.35.0-4_amd64.deb": package, version, architecture. */
  name: string;
  bytes: number;
  /** Checksum with its kind, such as "SHA256:9f…". */
  checksum: string;
}

/**
 * Uses the machine's apt sources, but with an empty list of installed packages and folders of its own. So the
 * result does not depend on what is installed here, nothing is installed, and root is not needed.
 */
export function createApt(directory: string, options: RunOptions & { note(text: string): void }) {
  const { note, ...runOptions } = options;
  let ownLists = false;

  async function apt(args: readonly string[]): Promise<string> {
    await mkdir(join(directory, 'archives/partial'), { recursive: true });
    await mkdir(join(directory, 'lists/partial'), { recursive: true });
    await writeFile(join(directory, 'status'), '');
    const settings = [
      `Dir::State::status=${join(directory, 'status')}`,
      `Dir::Cache=${directory}`,
      `Dir::Cache::archives=${join(directory, 'archives')}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'Debug::NoLocking=1',
      'APT::Sandbox::User=',
      'Acquire::Retries=3',
      ...(ownLists ? [`Dir::State::lists=${join(directory, 'lists')}`] : []),
    ];
    return run('apt-get', [...settings.flatMap((each) => ['-o', each]), ...args], runOptions);
  }

  /** Lists go stale: a mirror drops the files of a package that was superseded. Then fresh lists are fetched, once. */
  async function withFreshLists<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (ownLists || messageOf(error).includes('not on this machine')) throw explain(error);
      note('fetching fresh package lists, because the ones of this machine do not do');
      ownLists = true;
      try {
        await apt(['update', '-qq']);
        return await act();
      } catch (again) {
        throw explain(again);
      }
    }
  }

  const install = ['install', '-qq', '-y', '--no-install-recommends'];
  const folder = join(directory, 'archives');
  async function planned(packages: readonly string[]): Promise<PackageFile[]> {
    // What has been downloaded is not listed.
    await rm(folder, { recursive: true, force: true });
    const files = parsePrintedUris(await apt([...install, '--print-uris', ...packages]));
    if (files.length === 0) throw new UsageError('apt-get knows none of the packages');
    return files;
  }
  return {
    /** The files that the packages and everything they need consist of, as the mirror has them now. */
    plan: (packages: readonly string[]) => withFreshLists(() => planned(packages)),
    /** Downloads them (apt checks their signatures): what was planned, or what takes its place where that was superseded. */
    download: (packages: readonly string[]) =>
      withFreshLists(async () => {
        const files = await planned(packages);
        await apt([...install, '--download-only', ...packages]);
        return { folder, files };
      }),
  };
}

/** Reads `apt-get --print-uris`: lines of `'address' name bytes checksum`; other lines are messages. */
export function parsePrintedUris(text: string): PackageFile[] {
  return text
    .split('\n')
    .map((line) => /^'[^']+' (\S+\.deb) (\d+) (\S+)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name = '', bytes = '', checksum = '']) => ({ name, bytes: Number(bytes), checksum }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Unpacks every .deb of a folder over one another. No script of a package is run. */
export async function unpackAll(archives: string, into: string, signal?: AbortSignal): Promise<void> {
  await mkdir(into, { recursive: true });
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
  for (const file of files) {
    await run('dpkg-deb', ['-x', join(archives, file), into], defined({ signal }));
  }
}

function explain(error: unknown): UsageError {
  return new UsageError(
    `the packages for the lab can not be had: ${messageOf(error)}. ` +
      'The lab is built from Debian packages: it needs apt-get, dpkg-deb, Debian sources and the network once.',
    { cause: error },
  );
}
