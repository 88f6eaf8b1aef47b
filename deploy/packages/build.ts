import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { messageOf } from '@nestwatch/common/errors';
import { buildDeb } from './deb.ts';
import { agent, collector } from './manifest.ts';
import { buildRpm } from './rpm.ts';

const FORMATS = new Map([
  ['deb', { make: buildDeb, command: 'dpkg-deb', debian: 'dpkg' }],
  ['rpm', { make: buildRpm, command: 'rpmbuild', debian: 'rpm' }],
]);
const top = resolve('.');
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** `npm run package`: builds agent and collector as .deb and .rpm into dist/packages, or the formats named. */
function main(wanted: readonly string[]): number {
  const out = join(top, 'dist', 'packages');
  mkdirSync(out, { recursive: true });
  const unknown = wanted.find((format) => !FORMATS.has(format));
  if (unknown !== undefined) {
    say(`unknown format ${unknown}; known are ${[...FORMATS.keys()].join(', ')}`);
    return EXIT.usage;
  }
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  const options = { top, out, version, epoch: commitTime() };
  let code: number = EXIT.ok;
  const chosen = [...FORMATS].filter(([format]) => wanted.length === 0 || wanted.includes(format));
  for (const [format, { make, command, debian }] of chosen) {
    for (const manifest of [agent, collector]) {
      try {
        const file = make(manifest, options);
        say(`built ${file}, ${Math.round(statSync(file).size / 1024)} KiB`);
      } catch (error) {
        const missing =
          (error as NodeJS.ErrnoException).code === 'ENOENT' && messageOf(error).includes(command);
        const why = `${command} is not installed: no .${format} (Debian: apt-get install ${debian})`;
        say(missing ? why : messageOf(error));
        code = EXIT.failed;
      }
    }
  }
  return code;
}

/** Time of the last commit; the build's inputs are then the package's date as well. */
function commitTime(): number {
  const given = Number(process.env['SOURCE_DATE_EPOCH']);
  if (given > 0) return given;
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: top, encoding: 'utf8' }));
  } catch {
    return Math.floor(statSync(join(top, 'package.json')).mtimeMs / 1000);
  }
}

process.exitCode = main(process.argv.slice(2));
