import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startTicks } from '@nestwatch/deploy/local/processes';

const run = promisify(execFile);
const top = resolve(import.meta.dirname, '../../..');

/** A version that installations run: what its commit is called, and its hash. */
export interface Release {
  readonly version: string;
  readonly hash: string;
}

export const FIRST_RELEASE: Release = {
  version: '0.1.0',
  hash: 'c99f65ade838fbba148af7d67213d77f0f2b0fdb',
};

const PROGRAMS = ['nestwatch-agent', 'nestwatch-collector', 'nestwatch'];
/** What of the built release is kept: its programs, and the dashboards that Grafana was given with it. */
const KEPT = ['dist', 'dashboards'] as const;
const LONGEST_BUILD_MS = 600_000;

/** Folders of a release, as it was built. */
export interface BuiltRelease {
  /** Its `nestwatch*.mjs`. */
  readonly dist: string;
  /** Its Grafana dashboards, `nestwatch-*.json`. */
  readonly dashboards: string;
}

/**
 * Builds a release from its commit, once: later calls, of this process and of others, get what is kept below
 * `.nestwatch/cache`. Calls at the same time may build it twice; the first that is ready counts.
 * @param repository folder of the git repository that has the commit
 * @throws Error that says what to run, when the repository does not have the commit
 */
export async function buildRelease(
  { version, hash }: Release = FIRST_RELEASE,
  repository: string = top,
): Promise<BuiltRelease> {
  const cache = join(top, '.nestwatch/cache');
  const kept = join(cache, `${version}-${hash}`);
  const built = { dist: join(kept, 'dist'), dashboards: join(kept, 'dashboards') };
  if (existsSync(kept)) return built;
  await requireCommit({ version, hash }, repository);
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  const dir = await mkdtemp(join(cache, buildPrefix(process.pid)));
  try {
    const source = join(dir, 'source');
    await unpack(hash, repository, source);
    await installPackages(source);
    await run(process.execPath, [join(source, 'scripts/build.mjs'), ...PROGRAMS], {
      cwd: source,
      timeout: LONGEST_BUILD_MS,
    });
    const ready = join(dir, 'ready');
    for (const folder of KEPT) await keep(join(source, folder), join(ready, folder));
    await rename(ready, kept).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was quicker.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return built;
}

async function requireCommit({ version, hash }: Release, repository: string): Promise<void> {
  const git = (...words: string[]) => run('git', ['-C', repository, ...words]);
  const has = await git('cat-file', '-e', `${hash}^{commit}`).then(
    () => true,
    () => false,
  );
  if (has) return;
  const shallow = await git('rev-parse', '--is-shallow-repository').catch(() => undefined);
  const why =
    shallow === undefined
      ? `${repository} is no git repository: clone nestwatch with its history`
      : shallow.stdout.trim() === 'true'
        ? 'this clone is shallow: run "git fetch --unshallow"'
        : `this clone does not have it: run "git fetch origin ${hash}"`;
  throw new Error(`version ${version} is built from commit ${hash}, and ${why}`);
}

/** Puts the files of a commit into a folder. */
async function unpack(hash: string, repository: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const archive = spawn('git', ['-C', repository, 'archive', '--format=tar', hash], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const tar = spawn('tar', ['-x', '-C', into], { stdio: [archive.stdout, 'inherit', 'inherit'] });
  const ends = await Promise.all([archive, tar].map((child) => once(child, 'exit')));
  if (ends.some(([code]) => code !== 0)) throw new Error(`commit ${hash} could not be unpacked into ${into}`);
}

/**
 * Gives a source folder its npm packages: those of this folder where it needs the same, which takes no network; else by
 * `npm ci`.
 */
async function installPackages(source: string): Promise<void> {
  if (packagesOf(source) === packagesOf(top)) await linkPackages(source);
  else {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: source,
      timeout: LONGEST_BUILD_MS,
    });
  }
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  link?: boolean;
}

/** Names, versions and hashes of all packages from elsewhere. Which of our own packages asks for them does not matter. */
function packagesOf(dir: string): string {
  const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return JSON.stringify(
    Object.entries(packages)
      .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
      .map(([path, { version, integrity }]) => [path, version, integrity])
      .sort(),
  );
}

/** A node_modules whose entries are those of this folder, but for our own packages: those are the source folder's. */
async function linkPackages(source: string): Promise<void> {
  const modules = join(source, 'node_modules');
  await mkdir(join(modules, '@nestwatch'), { recursive: true });
  const own = join(top, 'node_modules');
  for (const name of readdirSync(own)) {
    if (name !== '@nestwatch' && !name.startsWith('.')) await symlink(join(own, name), join(modules, name));
  }
  const { workspaces } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  for (const workspace of workspaces) {
    const { name } = JSON.parse(readFileSync(join(source, workspace, 'package.json'), 'utf8')) as {
      name: string;
    };
    await symlink(join(source, workspace), join(modules, name));
  }
}

async function keep(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (/^nestwatch.*\.(mjs|json)$/.test(name)) await cp(join(from, name), join(to, name));
  }
}

const buildPrefix = (pid: number) => `building-${pid}-`;

/** Removes what builds that were killed left behind. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = Number(/^building-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(pid) && startTicks(pid) === undefined) {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
}
