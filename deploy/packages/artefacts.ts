import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One file that `npm run package` made. */
export interface Artefact {
  readonly file: string;
  readonly format: 'deb' | 'rpm' | 'tar.xz';
  /** Name of the package. */
  readonly name: string;
  /** As Debian calls it: "all" runs wherever Node does. */
  readonly architecture: 'all' | 'amd64';
  /** Whether it brings its own Node and libraries. */
  readonly ownRuntime: boolean;
}

interface Listed extends Omit<Artefact, 'file'> {
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** What manifest.json holds: installers take from it which file a system needs, and how to know it. */
export interface ArtefactList {
  readonly version: string;
  readonly files: readonly Listed[];
}

/** Writes manifest.json, and SHA256SUMS for `sha256sum --check`, beside the files. */
export function listArtefacts(out: string, version: string, artefacts: readonly Artefact[]): ArtefactList {
  const files = artefacts.map(({ file, ...rest }) => ({
    file: basename(file),
    ...rest,
    bytes: statSync(file).size,
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
  }));
  const list = { version, files };
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(list, undefined, 2)}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), files.map(({ sha256, file }) => `${sha256}  ${file}\n`).join(''));
  return list;
}
