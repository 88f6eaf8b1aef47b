/** What an issue does. */
export const WHATS = ['escape', 'isolation', 'crash', 'state', 'wedge', 'slow', 'time', 'snapshot'] as const;
export type What = (typeof WHATS)[number];

/** Whom it is about. */
export const ROLES = ['lets-nest', 'host', 'nested-host', 'guest'] as const;
export type Role = (typeof ROLES)[number];

/** One known issue, a row of the list. Versions are those of kernel.org, as "6.1.177" or "7.2-rc5". */
export interface Issue {
  /** Its CVE, or a name of our own. */
  readonly id: string;
  /** What people call it. */
  readonly name?: string;
  /** `escape` (a guest reaches the host), `isolation` (guests or layers reach each other), `crash`, `state` (of a nested guest is wrong), `wedge`, `slow`, `time`, `snapshot`. */
  readonly what: What;
  /** `lets-nest` (a host whose guests may run guests), `host`, `nested-host` (a guest that runs guests), `guest`. */
  readonly role: Role;
  /** As `uname -m` says, or "any". */
  readonly architecture: string;
  /** `intel`, `amd` or `any`. */
  readonly vendor: 'intel' | 'amd' | 'any';
  /** "linux", or the program that has it. */
  readonly component: string;
  /** What happens, in one sentence. */
  readonly summary: string;
  /** The first version that has it; absent where it was always there, or nothing tells. */
  readonly since?: string;
  /** The first version of the newest line that does not have it any more. */
  readonly mainline?: string;
  /** By stable series, the first version that has the fix. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** By stable series, the version from which on sources disagree whether it has the fix. */
  readonly doubtful?: Readonly<Record<string, string>>;
  /** Where it came and went: only these have it, from the first to before the second. */
  readonly only?: readonly (readonly [from: string, before: string])[];
  /** Builds of a distribution that have the fix: `of` as the fact `kernel.distribution`, `line` a series or a part of `uname -r`, `fixed`. */
  readonly builds?: readonly Build[];
  /** True where a host reaches it also with shadow paging: EPT and NPT off, or KVM without hardware behind it. */
  readonly shadowPaging?: boolean;
  /** File of /sys/devices/system/cpu/vulnerabilities with which the kernel says itself whether it is open. */
  readonly vulnerability?: string;
  /** What shows by itself that a machine has it: `tsc-unstable`, the kernel gave the time-stamp counter up. */
  readonly sign?: Sign;
  /** Only kernels whose release has this word can have it. */
  readonly releases?: string;
  /** Word to look for in a changelog, where the id is not in them. */
  readonly search?: string;
  /** What to do, in one sentence, beside taking a kernel with the fix. */
  readonly advice: string;
  /** Where it stands; the first is the best. */
  readonly sources: readonly string[];
  /** Date of the newest of these, as YYYY-MM-DD. */
  readonly date: string;
  /** "reported": it was seen, and its cause is not confirmed. */
  readonly certainty?: 'reported';
}

export const SIGNS = ['tsc-unstable'] as const;
export type Sign = (typeof SIGNS)[number];

/** A distribution's own build that has the fix, and every later one of its line. */
export interface Build {
  /** As `kernel.distribution`: "debian", "almalinux" and so on. */
  readonly of: string;
  /** What the builds of this line have in common: a series such as "6.1", or "el9". */
  readonly line: string;
  readonly fixed: string;
}

/** A list of issues, and where it came from. */
export interface IssueList {
  /** "built in", or the file. */
  readonly from: string;
  /** Until when it was kept, as YYYY-MM-DD. */
  readonly date: string;
  readonly issues: readonly Issue[];
  /** Why the file that was given is not used. */
  readonly problem?: string;
}
