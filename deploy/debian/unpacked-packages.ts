import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { refuseFullDisk } from '../lab/free-space.ts';
import { top } from '../local/top.ts';
import { aloneWith, keptPlan, type Plan, type PlanOptions, sha256 } from './kept-plan.ts';
import { missing } from './missing.ts';
import type { PackageFile } from './printed.ts';
import { unpackAll } from './unpack.ts';

export interface UnpackedOptions extends Omit<PlanOptions, 'cache'> {
  /** Folder for what may be deleted and had again. */
  cache?: string;
}

type KeptPlan = ReturnType<typeof keptPlan>;

const USUAL_CACHE = resolve(top, '.nestwatch/cache/debian');
/** A package and what unpacks of it, in sizes of the package. */
const TIMES_LARGER = 6;
/** A program may still run from the version before. */
const KEPT_VERSIONS = 2;

/**
 * Packages of a suite, unpacked over one another in a folder of the cache, one for each version. What is there is not
 * downloaded again; after a week the mirror is asked for newer versions, and where it cannot be reached, what is there
 * goes on to be used. One process at a time downloads.
 * @returns the folder, such as "…/cache/debian/trixie-nats-server-3f9a0c12be45"
 * @throws UsageError of one line: packages, suite, mirror, reason, and what goes on without them
 */
export async function unpackedPackages(given: UnpackedOptions): Promise<string> {
  const options = { ...given, cache: given.cache ?? USUAL_CACHE };
  const { suite, packages, cache, note, signal } = options;
  const kept = keptPlan(options);
  const thereOf = (folder: string | undefined) =>
    folder !== undefined && existsSync(join(cache, folder)) ? join(cache, folder) : undefined;
  const fresh = kept.fresh();
  const there = thereOf(fresh && folderOf(kept.request, fresh.files));
  if (there !== undefined) return there;
  return aloneWith(options, async () => {
    try {
      const plan = await kept.have();
      const planned = folderOf(kept.request, plan.files);
      const made = existsSync(join(cache, planned))
        ? { folder: planned, files: plan.files }
        : await unpackInto(kept, plan.files, options);
      await kept.keep({ ...plan, ...made });
      await removeOld(cache, kept.request, made.folder);
      return join(cache, made.folder);
    } catch (error) {
      const earlier = thereOf(kept.read()?.folder);
      if (earlier === undefined || signal?.aborted) {
        throw missing(
          error,
          `${packages.join(' ')} from ${suite ?? "this machine's Debian sources"}`,
          options,
        );
      }
      note(`using packages that were unpacked earlier: ${messageOf(error)}`);
      return earlier;
    }
  });
}

/** Downloads and unpacks what was planned, or what takes its place: its files, and the name of its folder in the cache. */
async function unpackInto(
  kept: KeptPlan,
  planned: readonly PackageFile[],
  { suite, packages, cache, note, signal }: PlanOptions,
): Promise<Pick<Plan, 'files'> & { folder: string }> {
  const bytes = planned.reduce((sum, file) => sum + file.bytes, 0);
  refuseFullDisk(cache, bytes * TIMES_LARGER, 'unpacking them');
  note(
    `downloading ${packages.join(' ')} of ${suite ?? "this machine's sources"} (${Math.ceil(bytes / 1e6)} MB) into ${cache}; nothing is installed`,
  );
  const work = join(cache, 'unpacking');
  // Of one that was killed.
  await rm(work, { recursive: true, force: true });
  try {
    const downloaded = await kept.download();
    await unpackAll(downloaded.folder, work, signal);
    await rm(downloaded.folder, { recursive: true, force: true });
    const folder = folderOf(kept.request, downloaded.files);
    await rm(join(cache, folder), { recursive: true, force: true });
    await rename(work, join(cache, folder));
    return { folder, files: downloaded.files };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function removeOld(cache: string, request: string, current: string): Promise<void> {
  const others = (await readdir(cache)).filter((name) => name.startsWith(`${request}-`) && name !== current);
  const ages = await Promise.all(
    others.map(async (name) => ({ name, ms: (await stat(join(cache, name))).ctimeMs })),
  );
  for (const { name } of ages.sort((a, b) => b.ms - a.ms).slice(KEPT_VERSIONS - 1)) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

const folderOf = (request: string, files: readonly PackageFile[]) =>
  `${request}-${sha256(files.map(({ name }) => name).join('\n'))}`;
