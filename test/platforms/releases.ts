/** The releases of Debian that the project is run on, by number. */
export const RELEASES: Readonly<Record<string, string>> = { '12': 'bookworm', '13': 'trixie' };

/** All that is installed beside a minimal Debian, from the release itself. */
export const FROM_THE_RELEASE = ['git', 'nodejs', 'npm', 'ca-certificates'];

/** Lines of sources of a release, trusted by Debian's keys alone. */
export function releaseSources(release: string, mirror: string, keyring: string): string[] {
  return [release, `${release}-updates`].map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main`);
}
