import { UsageError } from '@nestwatch/common/errors';
import { SUITES, type Suite } from '../../debian/suites.ts';
import { parseLayer } from '../cascade/slow.ts';

/** What somebody asks for: a version of the usual package, the one of a suite, or a package by name. */
export interface Wanted {
  version?: string;
  suite?: Suite;
  package?: string;
}

/**
 * Reads "6.12", "trixie-backports", "linux-image-amd64" or "linux-image-amd64/trixie" (apt's way to name both).
 * @throws UsageError naming what is allowed
 */
export function parseWanted(text: string): Wanted {
  if (/^\d+(\.\d+)*$/.test(text)) return { version: text };
  if (isSuite(text)) return { suite: text };
  const [name = '', suite, ...more] = text.split('/');
  if (/^[a-z][a-z0-9+.-]+$/.test(name) && more.length === 0) {
    if (suite === undefined && name.includes('-')) return { package: name };
    if (suite !== undefined && isSuite(suite)) return { package: name, suite };
  }
  throw new UsageError(
    `"${text}" is not a version, suite or package: give one such as 6.12, one of ${SUITES.join(', ')}, or PACKAGE/SUITE`,
  );
}

/**
 * Reads the words of --kernel or --qemu: for all layers ("6.12") or for single ones ("guest1=5.10"), which count before
 * that. @returns what each layer is to have, guest0 first; undefined for the usual one
 * @throws UsageError naming what is allowed
 */
export function parseByLayer(words: readonly string[], layers: number): (Wanted | undefined)[] {
  const byLayer = new Map<number | 'all', Wanted>();
  for (const word of words) {
    const [left = '', right, ...more] = word.split('=');
    if (more.length > 0) throw new UsageError(`"${word}" is not allowed: give VERSION or guestN=VERSION`);
    const key = right === undefined ? 'all' : parseLayer(left, layers);
    const wanted = parseWanted(right ?? left);
    if (byLayer.has(key)) {
      throw new UsageError(`"${word}" comes second for ${key === 'all' ? 'all layers' : left}`);
    }
    byLayer.set(key, wanted);
  }
  return Array.from({ length: layers }, (_, depth) => byLayer.get(depth) ?? byLayer.get('all'));
}

function isSuite(text: string): text is Suite {
  return (SUITES as readonly string[]).includes(text);
}
