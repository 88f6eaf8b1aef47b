import { createHash } from 'node:crypto';

/** One .deb of a flat repository. */
export interface IndexedDeb {
  /** Its fields, as `dpkg-deb --field` prints them. */
  readonly control: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The file `Packages`: what apt reads to know what is there. */
export function packagesIndex(debs: readonly IndexedDeb[]): string {
  return debs
    .map(
      ({ control, file, bytes, sha256 }) =>
        `${control.trimEnd()}\nFilename: ./${file}\nSize: ${bytes}\nSHA256: ${sha256}\n`,
    )
    .join('\n');
}

/**
 * The file `Release`, which is signed: it names the indexes with their hashes, and so all that they name.
 * @param indexes content of each, by its name
 * @param epoch seconds since 1970
 */
export function releaseFile(indexes: ReadonlyMap<string, Buffer>, epoch: number): string {
  const rows = [...indexes].map(([name, content]) => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    return ` ${sha256} ${content.length} ${name}\n`;
  });
  return `Origin: nestwatch
Label: nestwatch
Suite: stable
Codename: stable
Date: ${new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')}
Architectures: all amd64
Description: agents and collector of nestwatch
SHA256:
${rows.join('')}`;
}
