import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { createApt } from '../../deploy/debian/apt.ts';
import { oneAtATime } from '../../deploy/debian/one-at-a-time.ts';
import { run } from '../../deploy/debian/run.ts';
import type { Suite } from '../../deploy/debian/suites.ts';
import { top } from '../../deploy/local/top.ts';

/** What is wanted of a source package of Debian. */
export interface Source {
  readonly suite: Suite;
  readonly package: string;
  /** Patterns of tar for what is unpacked, below the package's own folder. */
  readonly paths: readonly string[];
  /** What is done once with the unpacked folder. */
  prepare?(folder: string, signal: AbortSignal): Promise<void>;
}

export interface SourceOptions {
  note(text: string): void;
  readonly signal: AbortSignal;
  /** Folder for what may be deleted and had again. */
  readonly cache?: string;
}

const USUAL_CACHE = resolve(top, '.nestwatch/cache/conformance');

/**
 * The paths of a source package, verified by apt and unpacked in a folder of the cache. What is there stays as it is, so
 * that the answers of one machine do not change; who wants newer ones deletes the folder.
 * @throws MissingPackages of one line where the package cannot be had
 */
export async function unpackedSource(source: Source, options: SourceOptions): Promise<string> {
  const { cache = USUAL_CACHE, signal, note } = options;
  const name = `${source.suite}-${source.package}`;
  const folder = join(cache, `${name}-${digest(source.paths.join('\n'))}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const onWait = (pid: number) => note(`waiting for pid ${pid}, which downloads ${source.package}`);
  await oneAtATime(
    join(cache, `${name}.lock`),
    async () => {
      if (!existsSync(folder)) await unpackInto(folder, source, { ...options, cache });
    },
    { signal, onWait },
  );
  return folder;
}

async function unpackInto(folder: string, source: Source, options: Required<SourceOptions>): Promise<void> {
  const { cache, signal, note } = options;
  const apt = createApt(join(cache, 'apt', source.suite), {
    suite: source.suite,
    purpose: 'npm run conformance',
    without: `nothing is compared with ${source.package}`,
    note,
    signal,
  });
  note(`downloading the source of ${source.package} from ${source.suite} into ${cache}`);
  const { folder: archives, files } = await apt.downloadTar(source.package);
  const tar = files.find(({ name }) => /\.orig\.tar\.\w+$/.test(name));
  if (tar === undefined) throw new Error(`${source.package} of ${source.suite} has no .orig.tar`);
  const work = `${folder}.unpacking`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await untar(join(archives, tar.name), work, signal, [
    '--wildcards',
    ...source.paths.map((path) => `*/${path}`),
  ]);
  await source.prepare?.(work, signal);
  await rename(work, folder);
  await rm(archives, { recursive: true, force: true });
}

/** Unpacks an archive without its first folder. */
export async function untar(
  archive: string,
  into: string,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<void> {
  const words = ['-xf', archive, '-C', into, '--strip-components=1', '--no-same-owner', ...more];
  await run('tar', words, defined({ signal }));
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);
