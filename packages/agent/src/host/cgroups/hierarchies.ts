import { type Found, type Host, parseFound } from '../host.ts';

/** One tree of cgroups, as it is mounted here. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Where it is mounted. */
  readonly mount: string;
  /** The cgroup that is seen there; "/" is the whole tree. */
  readonly root: string;
  /** Controllers of version 1. Which ones a cgroup of version 2 has, its files tell. */
  readonly controllers: readonly string[];
}

const MOUNTS = '/proc/self/mountinfo';

/** The trees of cgroups that are mounted here: one of version 2, several of version 1, or both ("hybrid"). */
export async function readHierarchies(host: Host): Promise<Found<readonly Hierarchy[]>> {
  return parseFound(await host.read(MOUNTS), parseHierarchies, `${MOUNTS}: no cgroups are mounted here`);
}

/** From mountinfo (proc_pid_mountinfo(5)); undefined where there is none. What is mounted whole counts first. */
export function parseHierarchies(mountinfo: string): readonly Hierarchy[] | undefined {
  const found: Hierarchy[] = [];
  for (const [, root = '', mount = '', type, options = ''] of mountinfo.matchAll(
    /^\d+ \d+ \d+:\d+ (\S+) (\S+) [^\n]*? - (cgroup2?) \S+ (\S+)$/gm,
  )) {
    const controllers = type === 'cgroup' ? options.split(',') : [];
    found.push({ version: type === 'cgroup' ? 1 : 2, mount: plain(mount), root: plain(root), controllers });
  }
  if (found.length === 0) return undefined;
  return found.sort((one, two) => Number(two.root === '/') - Number(one.root === '/'));
}

/** Blanks and backslashes stand there as three octal digits. */
function plain(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
