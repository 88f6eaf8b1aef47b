import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import type { Assessment } from '../../capability/assess.ts';
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
function mark({ issue, ...rest }: JudgedIssue, paint: Paint): string {
  const judged = { issue, ...rest };
  if (isOpen(judged)) return issue.what === 'escape' ? paint('red', 'FAIL') : paint('yellow', 'WARN');
  return isUnclear(judged) ? paint('magenta', 'UNKNOWN') : paint('cyan', 'INFO');
}

/** The known issues that this machine has or may have, and how many it has not. */
export function renderIssues({ issues, facts }: Assessment, paint: Paint): string {
  const shown = [isOpen, isUnclear, isClosedOff].flatMap((is) => issues.filter(is));
  const list = valueIn(facts.knownIssues.list) ?? '';
  const rest = issues.length - shown.length;
  const table =
    shown.length === 0
      ? ''
      : renderTable(
          [
            { title: '', value: (judged) => mark(judged, paint), painted: true },
            { title: 'issue', value: ({ issue }) => titleOf(issue) },
            { title: 'what', value: ({ issue }) => issue.what },
            { title: 'why', value: (judged) => whyOf(judged) },
          ],
          shown,
        );
  const also = shown.length === 0 ? '' : 'other ';
  return [
    `\n${paint('bold', 'known issues')} (list ${list}; docs/known-issues.md has them all)\n`,
    table,
    `${rest} ${also}known issues are fixed here, came later, or are about other machines\n`,
  ].join('');
}

function whyOf(judged: JudgedIssue): string {
  return isClosedOff(judged)
    ? `${judged.why}; nothing reaches it: nesting is off, or no guests run here`
    : judged.why;
}
