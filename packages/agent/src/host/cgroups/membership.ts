import { absent, type Found, known, unknown } from '../host.ts';
import type { Hierarchy } from './hierarchies.ts';

/** The cgroups of one process or thread: its path by controller of version 1, and under "" that of version 2. */
export type Membership = ReadonlyMap<string, string>;

/** A cgroup, and where its files are. */
export interface Cgroup {
  readonly version: 1 | 2;
  /** From the root of its tree. */
  readonly path: string;
  /** Folder of its files. */
  readonly folder: string;
}

/** From /proc/PID/cgroup (cgroups(7)); any text gives a result. */
export function parseMembership(text: string): Membership {
  const paths = new Map<string, string>();
  for (const [, controllers = '', path = ''] of text.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)) {
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

/**
 * The cgroups that a controller has a process or thread in: its own, and those above it that are to be seen. The root of the tree
 * is none of them, for it limits nothing. The reason where none is to be seen.
 */
export function locate(
  hierarchies: readonly Hierarchy[],
  membership: Membership,
  controller: string,
): Found<readonly Cgroup[]> {
  const hierarchy =
    hierarchies.find(({ controllers }) => controllers.includes(controller)) ??
    hierarchies.find(({ version }) => version === 2);
  if (hierarchy === undefined)
    return absent(`no tree of cgroups with the controller ${controller} is mounted here`);
  const path = membership.get(hierarchy.version === 1 ? controller : '');
  if (path === undefined) return unknown(`/proc/PID/cgroup names no cgroup for ${controller}`);
  const names = namesBelow(path, hierarchy.root);
  if (names === undefined) return absent(`its cgroup ${path} is outside the agent's view`);
  return known(chain(hierarchy, names));
}

/** Undefined where it is not below: a cgroup namespace shows what is outside it as "/..". */
function namesBelow(path: string, root: string): string[] | undefined {
  const isBelow = root === '/' || path === root || path.startsWith(`${root}/`);
  if (!isBelow || /^\/\.\.(\/|$)/.test(path)) return undefined;
  return (root === '/' ? path : path.slice(root.length)).split('/').filter((name) => name !== '');
}

function chain({ version, mount, root }: Hierarchy, names: readonly string[]): Cgroup[] {
  const cgroups: Cgroup[] = [];
  for (let depth = names.length; depth >= 0; depth -= 1) {
    const below = names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join('');
    const path = `${root === '/' ? '' : root}${below}`;
    if (path !== '') cgroups.push({ version, path, folder: `${mount}${below}` });
  }
  return cgroups;
}
