import { existsSync } from 'node:fs';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { type RunOptions, run } from './run.ts';
import { KEYRING, mirrorOf, type Suite, sourcesList } from './suites.ts';

export interface AptGetOptions extends Omit<RunOptions, 'cwd'> {
  /** Whose packages; those of this machine's own sources when none is given. */
  suite?: Suite | undefined;
  kind: 'binary' | 'source';
}

/**
 * `apt-get` with an empty list of installed packages, and with lists and downloads in a folder of its own. So the result
 * does not depend on what is installed here, nothing is installed, and root is not needed. A suite has a sources list of
 * its own as well; without one, the machine's lists are used until `update` reads fresh ones into the folder.
 */
export function createAptGet(directory: string, { suite, kind, signal, env }: AptGetOptions) {
  const at = (name: string) => join(directory, name);
  const runOptions = defined({ signal, env });
  let ownLists = false;

  async function aptGet(args: readonly string[]): Promise<string> {
    for (const folder of ['archives/partial', 'lists/partial']) await mkdir(at(folder), { recursive: true });
    await writeFile(at('status'), '');
    const settings = [
      `Dir::State::status=${at('status')}`,
      `Dir::Cache=${directory}`,
      `Dir::Cache::archives=${at('archives')}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'Debug::NoLocking=1',
      'APT::Sandbox::User=',
      'Acquire::GzipIndexes=true',
      // Otherwise a mirror that cannot be reached is a warning.
      'APT::Update::Error-Mode=any',
      ...(ownLists ? [`Dir::State::lists=${at('lists')}`] : []),
      ...(suite === undefined ? [] : ofSuiteAlone(suite, at('sources.list'))),
    ];
    const words = settings.flatMap((each) => ['-o', each]);
    try {
      return await run('apt-get', [...words, ...args], { ...runOptions, cwd: at('archives') });
    } catch (error) {
      // From Debian 13 on apt-get goes on to other forms of a list then, and says that these are not there.
      if (await isFull(directory))
        throw new UsageError(`No space left on device: ${directory}`, { cause: error });
      throw error;
    }
  }

  /** Where packages of a suite are had. */
  async function mirror(): Promise<string> {
    const setting = (env ?? process.env)['NESTWATCH_DEBIAN_MIRROR'];
    if (setting) return mirrorOf(setting, '');
    return mirrorOf(undefined, await run('apt-get', ['update', '--print-uris'], runOptions).catch(() => ''));
  }

  async function update(): Promise<void> {
    ownLists = true;
    if (suite !== undefined) {
      if (!existsSync(KEYRING)) {
        throw new UsageError(`${KEYRING} not found: install the package debian-archive-keyring`);
      }
      await mkdir(directory, { recursive: true });
      await writeFile(at('sources.list'), sourcesList(suite, await mirror(), kind));
    }
    await aptGet(['update', '-qq']);
  }
  return { archives: at('archives'), run: aptGet, mirror, update, hasOwnLists: () => ownLists };
}

export type AptGet = ReturnType<typeof createAptGet>;

const LEAST_BYTES = 1024 ** 2;

async function isFull(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize < LEAST_BYTES;
}

/** Nothing of what the machine prefers counts for another suite. */
function ofSuiteAlone(suite: Suite, sources: string): string[] {
  return [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `APT::Default-Release=${suite}`,
  ];
}
