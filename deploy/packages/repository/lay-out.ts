import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { errnoOf } from '@nestwatch/common/errors';
import type { ArtefactList } from '../artefacts.ts';
import { packagesIndex, releaseFile } from './apt-index.ts';
import { exportKey, KEY_SETTING, sign } from './sign.ts';

interface LayOutOptions {
  /** Folder with the packages; it becomes the repository. */
  readonly out: string;
  /** Seconds since 1970 that the indexes bear. */
  readonly epoch: number;
  /** Key of GnuPG; undefined or empty: nothing is signed. */
  readonly key: string | undefined;
  note(text: string): void;
}

/**
 * Makes of the folder with the packages a flat repository for apt and for dnf, signed when there is a key, whose public
 * part lies in it as `nestwatch.asc`. What dnf reads is made by createrepo_c, where it is installed.
 */
export function layOutRepository(list: ArtefactList, { out, epoch, key, note }: LayOutOptions): void {
  const signs = key !== undefined && key !== '';
  layOutForApt(list, out, epoch);
  const forDnf = layOutForDnf(list, out, epoch, note);
  if (!signs) {
    note(`the repository in ${out} is not signed: set ${KEY_SETTING}`);
    return;
  }
  sign(key, '--clearsign', join(out, 'Release'), join(out, 'InRelease'));
  sign(key, '--detach-sign', join(out, 'Release'), join(out, 'Release.gpg'));
  sign(key, '--detach-sign', join(out, 'SHA256SUMS'), join(out, 'SHA256SUMS.asc'));
  if (forDnf) sign(key, '--detach-sign', join(out, REPOMD), join(out, `${REPOMD}.asc`));
  exportKey(key, join(out, 'nestwatch.asc'));
  note(`signed the repository in ${out} with ${key}`);
}

const REPOMD = 'repodata/repomd.xml';

function layOutForApt({ files }: ArtefactList, out: string, epoch: number): void {
  const debs = files.filter(({ format }) => format === 'deb');
  const index = packagesIndex(
    debs.map(({ file, bytes, sha256 }) => {
      const control = execFileSync('dpkg-deb', ['--field', join(out, file)], { encoding: 'utf8' });
      return { control, file, bytes, sha256 };
    }),
  );
  const indexes = new Map([
    ['Packages', Buffer.from(index)],
    ['Packages.gz', gzipSync(index, { level: 9 })],
  ]);
  for (const [name, content] of indexes) writeFileSync(join(out, name), content);
  writeFileSync(join(out, 'Release'), releaseFile(indexes, epoch));
}

/** @returns whether it is there */
function layOutForDnf(
  { files }: ArtefactList,
  out: string,
  epoch: number,
  note: (text: string) => void,
): boolean {
  const rpms = files.filter(({ format }) => format === 'rpm').map(({ file }) => file);
  if (rpms.length === 0) return false;
  const times = [`--revision=${epoch}`, '--set-timestamp-to-revision'];
  try {
    const include = rpms.flatMap((file) => ['--includepkg', file]);
    execFileSync('createrepo_c', ['--quiet', '--no-database', ...times, ...include, out], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return readFileSync(join(out, REPOMD)).length > 0;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    note('createrepo_c is not installed: no repository for dnf (Debian: apt-get install createrepo-c)');
    return false;
  }
}
