import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { installed } from './tool.ts';

export interface Bootstrap {
  /** Debian's name of the release, such as "trixie". */
  release: string;
  /** Files of sources, or lines of them. */
  sources: readonly string[];
  /** Packages beside the minimal ones. */
  include?: readonly string[];
  /** Further files of settings for apt, which stay in the root. */
  aptSettings?: readonly string[];
  signal?: AbortSignal;
}

/** Why no root can be made here; undefined when it can. */
export function noRootBecause(): string | undefined {
  if (process.getuid?.() !== 0) return 'making a Debian root needs root';
  if (!installed('mmdebstrap')) return 'mmdebstrap is not installed';
  if (!existsSync('/etc/debian_version')) return 'only Debian has the package sources for it';
  return undefined;
}

/** Makes a minimal Debian as a tar archive, unless it is there. One that was interrupted is made again. */
export async function bootstrap(archive: string, options: Bootstrap): Promise<void> {
  if (existsSync(archive)) return;
  const { release, sources, include = [], aptSettings = [], signal } = options;
  mkdirSync(dirname(archive), { recursive: true });
  const made = `${archive}.${process.pid}`;
  const args = [
    ...['--variant=minbase', '--format=tar'],
    ...(include.length === 0 ? [] : [`--include=${include.join(',')}`]),
    ...aptSettings.map((file) => `--aptopt=${file}`),
  ];
  try {
    await promisify(execFile)('mmdebstrap', [...args, release, made, ...sources], {
      maxBuffer: 64 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
    renameSync(made, archive);
  } finally {
    rmSync(made, { force: true });
  }
}
