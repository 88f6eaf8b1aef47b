import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import type { ProgramName } from '../manifest.ts';

/** An npm package of which code is in a program. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
  /** As SPDX calls it, such as "MIT". */
  readonly licence: string;
  /** The text that comes with it: its terms, and whose it is. */
  readonly text: string;
}

/** The packages that the build put into these programs, each once, by name. @throws UsageError when nothing is built */
export function bundledIn(top: string, programs: readonly ProgramName[]): Bundled[] {
  const names = new Set(programs.flatMap((program) => listed(top, program)));
  return [...names].sort().map((name) => readPackage(join(top, 'node_modules', name)));
}

function listed(top: string, program: ProgramName): string[] {
  const file = join(top, 'dist', `${program}.packages.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as string[];
  } catch (error) {
    throw new UsageError(`${file} cannot be read: run "npm run build" first`, { cause: error });
  }
}

function readPackage(folder: string): Bundled {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string;
    version: string;
    license?: string;
    author?: string | { name?: string };
  };
  if (license === undefined) throw new UsageError(`${name} does not say what its licence is`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const whose = typeof author === 'string' ? author : (author?.name ?? name);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, licence: license, text: texts.join('\n\n') || `Copyright ${whose}` };
}
