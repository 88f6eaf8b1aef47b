import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianScripts } from './debian-scripts.ts';
import { withDocuments } from './documents/with-documents.ts';
import type { Manifest } from './manifest.ts';
import { installedKilobytes, md5sums, stage } from './stage.ts';

export interface BuildOptions {
  /** Top of the source tree, with dist/ built. */
  readonly top: string;
  /** Folder that receives the package. */
  readonly out: string;
  readonly version: string;
  /** Seconds since 1970 given to every file, so that the same source gives the same package. */
  readonly epoch: number;
  /** Of xz, 0 (quick) to 9 (small); 6 where none is given. */
  readonly compression?: number;
}

/** Who answers for the packages, in Debian's form: who publishes them says so. */
export const MAINTAINER =
  process.env['NESTWATCH_PACKAGE_MAINTAINER'] || 'nestwatch maintainers <nestwatch@localhost>';

/** Builds a .deb with dpkg-deb and returns its path. */
export function buildDeb(manifest: Manifest, options: BuildOptions): string {
  const { top, out, version, epoch, compression = 6 } = options;
  const root = join(out, `.${manifest.name}-deb`);
  rmSync(root, { recursive: true, force: true });
  const whole = withDocuments(manifest, options, 'deb');
  stage(whole, top, root);
  const kilobytes = installedKilobytes(root);
  const sums = md5sums(root);
  const control = join(root, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  for (const [name, text] of Object.entries({ ...controlFiles(whole, version, kilobytes), md5sums: sums })) {
    const isScript = text.startsWith('#!');
    writeFileSync(join(control, name), text, { mode: isScript ? 0o755 : 0o644 });
  }
  const file = join(out, `${manifest.name}_${version}_${architectureOf(manifest)}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${compression}`, '--build', root, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  });
  rmSync(root, { recursive: true, force: true });
  return file;
}

/** As Debian calls it. */
export const architectureOf = ({ node }: Manifest): 'all' | 'amd64' => (node === undefined ? 'amd64' : 'all');

function controlFiles(manifest: Manifest, version: string, kilobytes: number): Record<string, string> {
  const { files } = manifest;
  const conffiles = files.filter(({ config }) => config === true).map(({ to }) => `${to}\n`);
  return {
    control: controlText(manifest, version, kilobytes),
    conffiles: conffiles.join(''),
    ...debianScripts(manifest),
  };
}

function controlText(manifest: Manifest, version: string, kilobytes: number): string {
  const { name, node, insteadOf } = manifest;
  const own = node === undefined;
  const fields = {
    Package: name,
    Version: version,
    Architecture: architectureOf(manifest),
    Maintainer: MAINTAINER,
    'Installed-Size': String(kilobytes),
    Depends: [own ? '' : `nodejs (>= ${node})`, 'passwd'].filter(Boolean).join(', '),
    Recommends: 'kmod',
    Provides: own ? insteadOf.map((each) => `${each} (= ${version})`).join(', ') : '',
    Conflicts: insteadOf.join(', '),
    Replaces: insteadOf.join(', '),
    Section: 'admin',
    Priority: 'optional',
    Description: `${manifest.summary}\n${manifest.description.replaceAll(/^/gm, ' ')}`,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== '');
  return lines.map(([key, value]) => `${key}: ${value}\n`).join('');
}
