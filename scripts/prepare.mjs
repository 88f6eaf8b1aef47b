// What every command needs first: a Node that is new enough, the npm packages, and dist/ as the sources are now.
// Uses nothing but Node, because nothing else is there on a fresh clone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canBuild, top } from './node-packages.mjs';

export { top };

const say = (line) => process.stderr.write(`nestwatch: ${line}\n`);

/** Checks Node, installs the npm packages when they are not those of package-lock.json. */
export function ensurePackages() {
  if (!canBuild(process.versions.node)) {
    say(`Node ${process.versions.node} is too old: the build tools need 20.19, or 22.12 or later`);
    process.exit(2);
  }
  const stamp = join(top, 'node_modules', '.nestwatch-lock');
  const lock = hashOf([join(top, 'package-lock.json')]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  alone(() => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
    say('installing npm packages, once; it takes a minute or two');
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stamp, lock);
  });
}

/** Builds dist/ when a source has changed since it was built. */
export function ensureBuilt() {
  const stamp = join(top, 'dist', '.built-from');
  const sources = hashOf(sourceFiles());
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  alone(() => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
    say('building');
    execFileSync(process.execPath, [join(top, 'scripts/build.mjs')], { cwd: top, stdio: ['ignore', 2, 2] });
    mkdirSync(join(top, 'dist'), { recursive: true });
    writeFileSync(stamp, sources);
  });
}

/** Two commands may be started at once on a fresh clone: the second waits for what the first installs or builds. */
function alone(work) {
  const lock = join(top, '.nestwatch', 'preparing');
  mkdirSync(join(top, '.nestwatch'), { recursive: true });
  for (let said = false; !claim(lock); said = true) {
    if (!said) say('waiting for another command that makes this folder ready');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Takes the lock; one whose process has ended is taken away first. */
function claim(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // Empty for an instant, while its maker writes into it.
    const isLeft = owner > 0 ? !existsSync(`/proc/${owner}`) : Date.now() - statSync(lock).mtimeMs > 5000;
    if (isLeft) rmSync(lock, { force: true });
  } catch {
    // It was given free just now.
  }
  return false;
}

function npm(args) {
  // npm names itself to the scripts it runs; without it, the one in PATH.
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  execFileSync(command, [...first, ...args], { cwd: top, stdio: ['ignore', 2, 2] });
}

function sourceFiles() {
  const folders = ['proto/nestwatch', 'proto/src', 'packages', 'deploy', 'scripts'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true }).map((name) => join(top, folder, name)),
  );
  const wanted = files.filter((file) => /\.(ts|proto|mjs|json|css|html|svg|js|sh)$/.test(file));
  return [join(top, 'package-lock.json'), ...wanted]
    .filter((file) => !/\/(node_modules|test|testkit|fixtures)\//.test(file) && statSync(file).isFile())
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(top.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}
