import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import type { Assessment } from '../../capability/assess.ts';
import type { What } from '../../capability/known-issues/issue.ts';
import {
  isClosedOff,
  isOpen,
  isUnclear,
  type JudgedIssue,
  titleOf,
} from '../../capability/known-issues/judge-issues.ts';
import { valueIn } from '../../host/host.ts';

/** How an issue stands, in a word: "open", "closed-off", "unclear", "closed" or "elsewhere". */
export function issueWord(judged: JudgedIssue): string {
  if (isOpen(judged)) return 'open';
  if (isClosedOff(judged)) return 'closed-off';
  if (judged.standing === 'unclear' && !isUnclear(judged)) return 'out-of-reach';
  return judged.standing;
}

/** What stands before an issue, as before a verdict. */
function mark(judged: JudgedIssue, paint: Paint): string {
  if (isOpen(judged)) return judged.issue.what === 'escape' ? paint('red', 'FAIL') : paint('yellow', 'WARN');
  return paint('magenta', 'UNKNOWN');
}

/** What an issue does, as people say it. */
const WORDS: Readonly<Record<What, string>> = {
  escape: 'lets a guest out',
  isolation: 'guests reach each other',
  crash: 'brings the host down',
  state: 'wrong state of nested guests',
  wedge: 'hangs guests',
  slow: 'slow',
  time: 'wrong time',
  snapshot: 'breaks on snapshots',
};

/** The known issues that this machine has or may have, and how many it has not. */
export function renderIssues({ issues, facts }: Assessment, paint: Paint): string {
  const shown = [isOpen, isUnclear].flatMap((is) => issues.filter(is));
  const closedOff = issues.filter(isClosedOff);
  const rest = issues.length - shown.length - closedOff.length;
  const table = renderTable(
    [
      { title: '', value: (judged) => mark(judged, paint), painted: true },
      { title: 'issue', value: ({ issue }) => titleOf(issue) },
      { title: 'what it does', value: ({ issue }) => WORDS[issue.what] },
      { title: 'why', value: ({ why }) => why },
    ],
    shown,
  );
  return [
    `\n${paint('bold', 'known issues')} (list ${valueIn(facts.knownIssues.list)}; docs/reference/known-issues.md describes each)\n`,
    shown.length === 0 ? '' : table,
    closedOff.length === 0 ? '' : closedOffLine(closedOff, facts.kvmModules.nested.state === 'known'),
    `${rest === issues.length ? `all ${rest}` : `${rest} others`} are fixed here, came later, or affect other machines\n`,
  ].join('');
}

function closedOffLine(issues: readonly JudgedIssue[], isHost: boolean): string {
  const why = isHost ? 'nesting is off' : 'no guests run here with KVM';
  return `in this kernel, but out of reach because ${why}: ${issues.map(({ issue }) => titleOf(issue)).join(', ')}\n`;
}
