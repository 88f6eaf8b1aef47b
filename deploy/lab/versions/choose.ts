import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { AptOptions } from '../../debian/apt.ts';
import { aloneWith, keptPlan, type Plan } from '../../debian/kept-plan.ts';
import type { Suite } from '../../debian/suites.ts';
import type { Wanted } from './wanted.ts';

/** A package of a suite (of this machine's own sources when there is none) with the packages that it needs. */
export interface Chosen {
  suite: Suite | undefined;
  package: string;
  /** Names of the files, such as "linux-image-cloud-amd64_6.12.117-1_amd64.deb". */
  files: readonly string[];
}

const ORDER: readonly Suite[] = [
  ...(['bookworm', 'trixie', 'bullseye', 'trixie-backports', 'forky', 'bookworm-backports', 'sid'] as const),
];
/** Suites that are asked first for a version, because they had it: reading the lists of a suite takes a while. */
const LIKELY: ReadonlyMap<string, Suite> = new Map([
  ['linux-image-cloud-amd64 5.10', 'bullseye'],
  ['linux-image-cloud-amd64 6.1', 'bookworm'],
  ['linux-image-cloud-amd64 6.12', 'trixie'],
  ['linux-image-cloud-amd64 7.2', 'forky'],
  ['linux-image-cloud-amd64 7.3', 'trixie-backports'],
  ['qemu-system-x86 10.0', 'trixie'],
  ['qemu-system-x86 11.1', 'forky'],
]);
/** Finds packages by version, suite or name. What suites have is kept for a week in the cache. */
export function createChooser(cache: string, options: Omit<AptOptions, 'suite'>) {
  /** The package of a suite with its dependencies. @throws UsageError when it is unavailable */
  async function of(suite: Suite | undefined, name: string): Promise<Chosen> {
    const request = { ...options, suite, packages: [name], cache };
    const kept = keptPlan(request);
    const chosen = ({ files }: Plan) => ({ suite, package: name, files: files.map((file) => file.name) });
    const fresh = kept.fresh();
    if (fresh !== undefined) return chosen(fresh);
    try {
      return chosen(await aloneWith(request, kept.have));
    } catch (error) {
      const before = kept.read();
      if (before === undefined || options.signal?.aborted) throw error;
      options.note(`${name} as it was before, because ${messageOf(error)}`);
      return chosen(before);
    }
  }

  async function ofVersion(version: string, name: string): Promise<Chosen> {
    const seen: string[] = [];
    let last: unknown;
    const likely = LIKELY.get(`${name} ${version}`);
    for (const suite of new Set([...(likely === undefined ? [] : [likely]), ...ORDER])) {
      try {
        const chosen = await of(suite, name);
        const has = versionOf(chosen);
        if (isOfVersion(has, version)) return chosen;
        seen.push(`${has} in ${suite}`);
      } catch (error) {
        options.signal?.throwIfAborted();
        last = error;
      }
    }
    if (seen.length === 0 && last !== undefined) throw last;
    throw new UsageError(`no suite of Debian has ${name} ${version}: there is ${seen.join(', ')}`);
  }

  return {
    /**
     * @param usual package and suite where the request names none
     * @throws UsageError naming what there is, or what cannot be had
     */
    choose(
      { version, ...named }: Wanted,
      usual: { suite: Suite | undefined; package: string },
    ): Promise<Chosen> {
      if (version !== undefined) return ofVersion(version, DEBIAN_NAMES[usual.package] ?? usual.package);
      const suite = named.suite ?? usual.suite;
      const isOwn = suite === undefined;
      const name = named.package ?? (isOwn ? usual.package : (DEBIAN_NAMES[usual.package] ?? usual.package));
      return of(suite, name);
    },
  };
}

/** Ubuntu's name of a package, and Debian's of the same. */
const DEBIAN_NAMES: Readonly<Record<string, string>> = { 'linux-image-virtual': 'linux-image-cloud-amd64' };

/** Version of the package itself, without its epoch: "1%3a10.0.2+ds-2" is 10.0.2+ds-2. */
export function versionOf({ package: name, files }: Chosen): string {
  const file = files.find((each) => each.startsWith(`${name}_`)) ?? '';
  return (file.split('_')[1] ?? '').replace(/^\d+%3a/i, '');
}

/** 6.12.117-1 is of 6.12, and of 6, but not of 6.1. */
export function isOfVersion(version: string, wanted: string): boolean {
  return version.startsWith(wanted) && !/^\d/.test(version.slice(wanted.length));
}
