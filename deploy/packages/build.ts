import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { type BuildOptions, buildDeb } from './deb.ts';
import { agent, collector } from './manifest.ts';
import { buildRpm } from './rpm.ts';

const FORMATS = { deb: buildDeb, rpm: buildRpm };
const TOOLS = { deb: 'dpkg-deb', rpm: 'rpmbuild' };

/** `npm run package`: builds agent and collector as .deb and .rpm into dist/packages, or the formats named. */
export function main(argv: readonly string[], top = resolve('.')): number {
  const wanted = argv.length > 0 ? argv : Object.keys(FORMATS);
  const out = join(top, 'dist', 'packages');
  mkdirSync(out, { recursive: true });
  let failures = 0;
  for (const format of wanted) {
    if (!(format in FORMATS))
      return say(`unknown format ${format}; known are ${Object.keys(FORMATS).join(', ')}`, 2);
    for (const manifest of [agent, collector]) {
      try {
        const file = FORMATS[format as keyof typeof FORMATS](manifest, optionsFor(top, out));
        say(`built ${file}, ${Math.round(statSync(file).size / 1024)} KiB`);
      } catch (error) {
        failures++;
        const tool = TOOLS[format as keyof typeof TOOLS];
        const missing = (error as NodeJS.ErrnoException).code === 'ENOENT' && messageOf(error).includes(tool);
        say(
          missing
            ? `${tool} is not installed: no .${format} (Debian: apt-get install ${format === 'deb' ? 'dpkg' : 'rpm'})`
            : messageOf(error),
        );
      }
    }
  }
  return failures === 0 ? 0 : 1;
}

function optionsFor(top: string, out: string): BuildOptions {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  return { top, out, version, epoch: commitTime(top) };
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
