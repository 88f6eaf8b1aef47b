import { basename, dirname, join } from 'node:path';

/**
 * Program and first arguments that start the Node that runs this. The package with its own runtime starts Node through a
 * loader that lies beside it, because the machine's may be too old or another: then the kernel names the loader as the
 * program, and so does `process.execPath`.
 */
export function ownNode(execPath: string = process.execPath): readonly [string, ...string[]] {
  if (!/^ld-linux-.*\.so\.\d+$/.test(basename(execPath))) return [execPath];
  const folder = dirname(execPath);
  return [execPath, ...throughLoader(folder)];
}

/** Arguments of a loader that starts the Node beside it, with the libraries beside it before any of the machine. */
export function throughLoader(folder: string): string[] {
  return ['--inhibit-cache', '--library-path', folder, join(folder, 'node')];
}
