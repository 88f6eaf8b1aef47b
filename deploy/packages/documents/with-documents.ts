import { gzipSync } from 'node:zlib';
import type { BuildOptions } from '../deb.ts';
import type { Manifest, PackagedFile } from '../manifest.ts';
import { sysusers, tmpfiles } from '../scripts.ts';
import { bundledIn } from './bundled.ts';
import { debianChangelog } from './changelog.ts';
import { bashCompletion, fishCompletion } from './completion.ts';
import { manPage } from './man-page.ts';
import { licenceExpression, notices } from './notices.ts';
import { TABLES } from './tables.ts';

/** A manifest with what every package of a distribution has, and its licences as an SPDX expression. */
export interface WholeManifest extends Manifest {
  readonly licence: string;
}

/** Debian and Fedora want manual pages and changelogs so. */
const compressed = (text: string) => gzipSync(text, { level: 9 });

/**
 * Adds manual pages, shell completion, what systemd makes users and folders from, licences and notices.
 * @param format Debian has the text of the Apache licence and a file `copyright`; others get LICENSE and NOTICES.
 */
export function withDocuments(
  manifest: Manifest,
  options: BuildOptions,
  format: 'deb' | 'rpm',
): WholeManifest {
  const { name, programs, node, files } = manifest;
  const bundled = bundledIn(options.top, programs);
  const own = node === undefined;
  const documents = `/usr/share/doc/${name}`;
  const terms: PackagedFile[] =
    format === 'deb'
      ? [
          {
            to: `${documents}/copyright`,
            content: notices(bundled, '/usr/share/common-licenses/Apache-2.0', own),
          },
          { to: `${documents}/changelog.gz`, content: compressed(debianChangelog(name, options)) },
        ]
      : [
          { to: `${documents}/LICENSE`, from: 'LICENSE' },
          { to: `${documents}/NOTICES`, content: notices(bundled, 'LICENSE', own) },
        ];
  return {
    ...manifest,
    licence: licenceExpression(bundled, own),
    files: [
      ...files,
      ...commandFiles(manifest, options, '/usr/share'),
      { to: `/usr/lib/sysusers.d/${name}.conf`, content: sysusers(manifest) },
      { to: `/usr/lib/tmpfiles.d/${name}.conf`, content: tmpfiles(manifest) },
      ...terms,
    ],
  };
}

/** Manual pages and shell completion, below `share`. */
export function commandFiles({ programs }: Manifest, options: BuildOptions, share: string): PackagedFile[] {
  return programs.flatMap((program) => {
    const table = TABLES[program];
    return [
      { to: `${share}/man/man1/${program}.1.gz`, content: compressed(manPage(table, options)) },
      { to: `${share}/bash-completion/completions/${program}`, content: bashCompletion(table) },
      { to: `${share}/fish/vendor_completions.d/${program}.fish`, content: fishCompletion(table) },
    ];
  });
}
