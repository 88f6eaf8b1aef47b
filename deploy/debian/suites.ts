import { UsageError } from '@nestwatch/common/errors';

/** Debian's suites that packages are taken from without being this machine's own. */
export const SUITES = [
  'bullseye',
  'bookworm',
  'bookworm-backports',
  'trixie',
  'trixie-backports',
  'forky',
  'sid',
] as const;
export type Suite = (typeof SUITES)[number];

export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
export const USUAL_MIRROR = 'http://deb.debian.org/debian';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: 'i386' };

/**
 * Sources of one suite, one a line, trusted by Debian's own keys only. Packages of backports need those of the suite that
 * they are made for as well; source packages need nothing.
 */
export function sourcesList(
  suite: Suite,
  mirror: string,
  kind: 'binary' | 'source',
  arch: string = process.arch,
): string {
  const named = ARCHITECTURES[arch];
  const architecture = named === undefined ? '' : `arch=${named} `;
  const [type, target] = kind === 'binary' ? ['deb', 'Packages'] : ['deb-src', 'Sources'];
  const base = suite.replace(/-backports$/, '');
  const suites = kind === 'source' || base === suite ? [suite] : [base, suite];
  const options = `${architecture}signed-by=${KEYRING} lang=none target=${target}`;
  return suites.map((each) => `${type} [${options}] ${mirror} ${each} main\n`).join('');
}

/**
 * Where Debian's suites are had.
 * @param setting NESTWATCH_DEBIAN_MIRROR, which counts before all
 * @param printed `apt-get update --print-uris`: what this machine's own sources are
 * @throws UsageError for a setting that is no address
 */
export function mirrorOf(setting: string | undefined, printed: string): string {
  if (setting !== undefined && setting !== '') return checked(setting);
  const releases = [...printed.matchAll(/^'(https?:\/\/\S+?)\/+dists\/([\w-]+)\/InRelease' /gm)];
  const own = releases.find(([, , suite]) => (SUITES as readonly string[]).includes(suite ?? ''));
  return own?.[1] ?? USUAL_MIRROR;
}

/** It stands in a line of a sources list, where it must be one word. */
function checked(setting: string): string {
  if (!/^(https?|file):\/\/?[^\s[\]'"]+$/.test(setting)) {
    throw new UsageError(
      `NESTWATCH_DEBIAN_MIRROR is "${setting}": it must be an address such as ${USUAL_MIRROR}`,
    );
  }
  return setting.replace(/\/+$/, '');
}
