import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { type BuildOptions, buildDeb } from './deb.ts';
import { agent, collector, type Manifest } from './manifest.ts';
import { buildRpm } from './rpm.ts';

const FORMATS = {
  deb: { make: buildDeb, command: 'dpkg-deb', debian: 'dpkg' },
  rpm: { make: buildRpm, command: 'rpmbuild', debian: 'rpm' },
};

/** `npm run package`: builds agent and collector as .deb and .rpm into dist/packages, or the formats named. */
export function main(argv: readonly string[], top = resolve('.')): number {
  const wanted = argv.length > 0 ? argv : Object.keys(FORMATS);
  const out = join(top, 'dist', 'packages');
  mkdirSync(out, { recursive: true });
  const unknown = wanted.find((format) => !isFormat(format));
  if (unknown !== undefined) {
    return say(`unknown format ${unknown}; known are ${Object.keys(FORMATS).join(', ')}`, 2);
  }
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  const options = { top, out, version, epoch: commitTime(top) };
  const built = wanted
    .filter(isFormat)
    .flatMap((format) => [agent, collector].map((manifest) => build(format, manifest, options)));
  return built.includes(false) ? 1 : 0;
}

type Format = keyof typeof FORMATS;

function isFormat(name: string): name is Format {
  return name in FORMATS;
}

/** Builds one package, or says why it could not. */
function build(format: Format, manifest: Manifest, options: BuildOptions): boolean {
  const { make, command, debian } = FORMATS[format];
  try {
    const file = make(manifest, options);
    say(`built ${file}, ${Math.round(statSync(file).size / 1024)} KiB`);
    return true;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT' && messageOf(error).includes(command);
    const why = `${command} is not installed: no .${format} (Debian: apt-get install ${debian})`;
    say(missing ? why : messageOf(error));
    return false;
  }
}

/** Time of the last commit; the build's inputs are then the package's date as well. */
function commitTime(top: string): number {
  const given = Number(process.env['SOURCE_DATE_EPOCH']);
  if (given > 0) return given;
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: top, encoding: 'utf8' }));
  } catch {
    return Math.floor(statSync(join(top, 'package.json')).mtimeMs / 1000);
  }
}

function say(line: string, code = 0): number {
  process.stderr.write(`${line}\n`);
  return code;
}

if (process.env['VITEST'] === undefined) process.exitCode = main(process.argv.slice(2));
