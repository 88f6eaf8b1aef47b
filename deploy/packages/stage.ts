import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import type { Manifest } from './manifest.ts';

/**
 * Copies a package's files below `root` as they shall stand on the target. Documents that this source tree does not
 * have are left out; anything else that is missing is an error.
 */
export function stage(manifest: Manifest, top: string, root: string): void {
  for (const file of manifest.files) {
    const to = join(root, file.to);
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
    if (file.link !== undefined) {
      symlinkSync(file.link, to);
      continue;
    }
    const from = join(top, file.from ?? '');
    if (!existsSync(from)) {
      if (file.to.startsWith('/usr/share/doc/')) continue;
      throw new UsageError(`${file.from} is missing: run "npm run build" first`);
    }
    copyFileSync(from, to);
    chmodSync(to, file.mode ?? (file.config === true ? 0o640 : 0o644));
  }
}
