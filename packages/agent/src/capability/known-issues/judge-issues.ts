import type { Issue, IssueList } from './issue.ts';
import { type Found, judgeIssue } from './judge-issue.ts';
import type { Machine, Reach } from './machine.ts';

/** An issue, as it stands on this machine. */
export interface JudgedIssue extends Found {
  readonly issue: Issue;
  /** Whether what is open can be reached here; undefined where that is not known. */
  readonly isReached: boolean | undefined;
}

/** Every issue of a list, judged on a machine. */
export function judgeIssues({ issues }: Pick<IssueList, 'issues'>, machine: Machine): JudgedIssue[] {
  return issues.map((issue) => ({
    issue,
    ...judgeIssue(issue, machine),
    isReached: isReached(issue, machine.reach),
  }));
}

function isReached({ role, shadowPaging }: Issue, reach: Reach): boolean | undefined {
  if (role === 'guest') return reach.isGuest;
  if (!reach.hosts) return false;
  if (role === 'host') return true;
  if (role === 'nested-host') return reach.isGuest;
  return shadowPaging === true && reach.shadowPaging ? true : reach.nests;
}

/** Whether it must be reckoned with: it is open, and nothing is known to be in its way. */
export const isOpen = ({ standing, isReached }: JudgedIssue) => standing === 'open' && isReached !== false;

/** Whether it is there, and out of reach: nesting is off, or nothing runs guests. */
export const isClosedOff = ({ standing, isReached }: JudgedIssue) =>
  standing === 'open' && isReached === false;

/** Whether it may be open, which the version does not tell. */
export const isUnclear = ({ standing, isReached }: JudgedIssue) =>
  standing === 'unclear' && isReached !== false;

/** "CVE-2026-53359 (Januscape)". */
export const titleOf = ({ id, name }: Issue) => (name === undefined ? id : `${id} (${name})`);

/** Of a list of one's own with thousands of rows, a message must not grow beyond what collectors take. */
const MOST = 100;

/** Those of which something holds, as they are sent: "CVE-2026-53359=escape". */
export function wordsOf(judged: readonly JudgedIssue[], is: (each: JudgedIssue) => boolean): string[] {
  const words = judged.filter(is).map(({ issue: { id, what } }) => `${id}=${what}`);
  const more = words.length - MOST;
  return more > 0 ? [...words.slice(0, MOST), `and-${more}-more`] : words;
}
