import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createFileHost } from '../../src/host/file-host.ts';
import type { Host } from '../../src/host/host.ts';

/** Files of a small machine: path → text or bytes, or a link's target. */
export type FileTree = Readonly<Record<string, string | Buffer | { link: string }>>;

/** A host whose root is a fresh folder with these files; it goes when the test ends. */
export function hostOf(files: FileTree): Host {
  const root = temporaryFolder('host');
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, file);
    else writeFileSync(file, content);
  }
  return createFileHost(root);
}
