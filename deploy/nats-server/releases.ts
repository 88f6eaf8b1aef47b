import type { Suite } from '../debian/suites.ts';

/** Which suite of Debian has which nats-server; the first that fits is asked. */
export const RELEASES: readonly (readonly [version: string, suite: Suite])[] = [
  ['2.9', 'bookworm'],
  ['2.10', 'trixie'],
  ['2.15', 'forky'],
  ['2.15', 'sid'],
];

/** The oldest that is supported. */
export const OLDEST = '2.9';
/** The newest that Debian has. */
export const NEWEST = '2.15';

/**
 * The first releases that have no hole of which advisories.nats.io told in 2026: numbers 13 (CVE-2026-33248, and those that
 * were mended with it), 16 and 18. Older lines are not mended.
 */
const MENDED: readonly (readonly [minor: number, patch: number])[] = [
  [11, 16],
  [12, 7],
];
const MENDED_FROM_MINOR = 14;

/** Whether a version such as "2.9.10" is the one wanted, such as "2.9" or "2.9.10". */
export function fits(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`);
}

/** The version in what `nats-server --version` says; undefined when it says none. */
export function parseVersion(said: string): string | undefined {
  return /^nats-server: v(\d+\.\d+\.\d+)/m.exec(said)?.[1];
}

/** @param version such as "2.9.10" */
export function hasKnownHoles(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 2) return major < 2;
  if (minor >= MENDED_FROM_MINOR) return false;
  return !MENDED.some(([line, first]) => line === minor && patch >= first);
}

/** One line on a server with known holes; undefined for one that has none. */
export function warningOf(version: string): string | undefined {
  if (!hasKnownHoles(version)) return undefined;
  const suite = RELEASES.find(([each]) => each === NEWEST)?.[1];
  return (
    `nats-server ${version} has known vulnerabilities (advisories.nats.io, 2026-13 to 2026-18), fixed in 2.11.16, 2.12.7 and 2.14: ` +
    `NESTWATCH_NATS_SERVER=${NEWEST} takes the one of Debian ${suite}`
  );
}
