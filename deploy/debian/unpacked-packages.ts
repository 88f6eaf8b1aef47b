import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { jsonFile } from '@nestwatch/common/json-file';
import { refuseFullDisk } from '../lab/free-space.ts';
import { top } from '../local/top.ts';
import { type AptOptions, createApt } from './apt.ts';
import { missing } from './missing.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { PackageFile } from './printed.ts';
import type { Suite } from './suites.ts';
import { unpackAll } from './unpack.ts';

export interface UnpackedOptions extends AptOptions {
  /** This machine's own sources where none is given. */
  suite?: Suite | undefined;
  packages: readonly string[];
  /** Without what they need. */
  alone?: boolean;
  /** Folder for what may be deleted and had again. */
  cache?: string;
}

const USUAL_CACHE = resolve(top, '.nestwatch/cache/debian');
/** After this time the mirror is asked whether it has a newer version. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;
/** A package and what unpacks of it, in sizes of the package. */
const TIMES_LARGER = 6;
/** A program may still run from the version before. */
const KEPT_VERSIONS = 2;

/** What a request was answered with. */
interface Answer {
  folder: string;
  atMs: number;
}

/**
 * Packages of a suite, unpacked over one another in a folder of the cache, one for each version. What is there is not
 * downloaded again; after a week the mirror is asked for newer versions, and where it cannot be reached, what is there
 * goes on to be used. One process at a time downloads.
 * @returns the folder, such as "…/cache/debian/trixie-nats-server-3f9a0c12be45"
 * @throws UsageError of one line: packages, suite, mirror, reason, and what goes on without them
 */
export async function unpackedPackages(options: UnpackedOptions): Promise<string> {
  const { suite, packages, alone = false, cache = USUAL_CACHE, note, signal } = options;
  const name = `${suite ?? 'own'}-${[...packages].sort().join('+')}`.slice(0, 80);
  const request = `${name}-${sha256(JSON.stringify([[...packages].sort(), alone]))}`;
  await mkdir(cache, { recursive: true });
  const answers = jsonFile<Answer>(join(cache, `${request}.json`), (json) => json as Answer);
  const known = () => {
    const answer = answers.read();
    return answer !== undefined && existsSync(join(cache, answer.folder)) ? answer : undefined;
  };
  const isFresh = (answer: Answer) => Date.now() - answer.atMs < ASK_AGAIN_MS;

  const before = known();
  if (before !== undefined && isFresh(before)) return join(cache, before.folder);
  const onWait = (pid: number) => note(`waiting for pid ${pid}, which downloads Debian packages`);
  return oneAtATime(
    join(cache, 'downloading.lock'),
    async () => {
      const made = known();
      if (made !== undefined && isFresh(made)) return join(cache, made.folder);
      try {
        const folder = await unpackInto(cache, request, options);
        await answers.write({ folder, atMs: Date.now() });
        await removeOld(cache, request, folder);
        return join(cache, folder);
      } catch (error) {
        if (made === undefined || signal?.aborted) {
          throw missing(
            error,
            `${packages.join(' ')} from ${suite ?? "this machine's Debian sources"}`,
            options,
          );
        }
        note(`using what was unpacked earlier: ${messageOf(error)}`);
        return join(cache, made.folder);
      }
    },
    { signal, onWait },
  );
}

/** @returns name of the folder in the cache */
async function unpackInto(cache: string, request: string, options: UnpackedOptions): Promise<string> {
  const { suite, packages, alone = false, note, signal } = options;
  const apt = createApt(join(cache, 'apt', suite ?? 'own'), options);
  const planned = await (alone ? apt.planAlone(packages) : apt.plan(packages));
  const there = folderOf(request, planned);
  if (existsSync(join(cache, there))) return there;

  const bytes = planned.reduce((sum, file) => sum + file.bytes, 0);
  refuseFullDisk(cache, bytes * TIMES_LARGER, 'unpacking them');
  note(
    `downloading ${packages.join(' ')} of ${suite ?? "this machine's sources"} (${Math.ceil(bytes / 1e6)} MB) into ${cache}; nothing is installed`,
  );
  const work = join(cache, 'unpacking');
  // Of one that was killed.
  await rm(work, { recursive: true, force: true });
  try {
    const { folder, files } = await (alone ? apt.downloadAlone(packages) : apt.download(packages));
    await unpackAll(folder, work, signal);
    await rm(folder, { recursive: true, force: true });
    const name = folderOf(request, files);
    await rename(work, join(cache, name));
    return name;
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

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);
