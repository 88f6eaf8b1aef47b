import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import type { Manifest, PackagedFile } from './manifest.ts';

/**
 * Copies a package's files below `root`, laid out as on the target. Documents that this source tree does not
 * have are left out; anything else that is missing is an error.
 */
export function stage(manifest: Manifest, top: string, root: string): void {
  for (const file of manifest.files) {
    const to = join(root, file.to);
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
    if (file.link !== undefined) symlinkSync(file.link, to);
    else if (writeFile(file, top, to)) chmodSync(to, file.mode ?? (file.config === true ? 0o640 : 0o644));
  }
}

/** @returns whether it is there: a document may be missing */
function writeFile({ content, from = '', edit, to: target }: PackagedFile, top: string, to: string): boolean {
  if (content !== undefined) {
    writeFileSync(to, content);
    return true;
  }
  const source = resolve(top, from);
  if (!existsSync(source)) {
    if (target.startsWith('/usr/share/doc/')) return false;
    throw new UsageError(`${from} is missing: run "npm run build" first`);
  }
  if (edit === undefined) copyFileSync(source, to);
  else writeFileSync(to, edit(readFileSync(source, 'utf8')));
  return true;
}

/** What the files below a folder take on disk, in blocks of 1 KiB, as Debian counts it: each file and folder at least one. */
export function installedKilobytes(root: string): number {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const sizes = entries.map((entry) =>
    entry.isFile() ? Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 1024) : 1,
  );
  return sizes.reduce((sum, each) => sum + each, 0);
}

/** What dpkg checks installed files by (`dpkg --verify`): "digest  path" for each file below a folder, but for /etc. */
export function md5sums(root: string): string {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const line = (file: string) => {
    const digest = createHash('md5').update(readFileSync(file)).digest('hex');
    return `${digest}  ${file.slice(root.length + 1)}\n`;
  };
  const packed = files.filter((file) => !file.startsWith(join(root, 'etc/')));
  return packed.sort().map(line).join('');
}
