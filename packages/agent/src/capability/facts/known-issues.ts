import { absent, known, unknown } from '../../host/host.ts';
import { about, defineSource, listOf } from '../fact.ts';
import {
  isClosedOff,
  isOpen,
  isUnclear,
  type JudgedIssue,
  judgeIssues,
  wordsOf,
} from '../known-issues/judge-issues.ts';
import { type IssueFacts, machineOf } from '../known-issues/machine.ts';
import { valuesOf } from './values.ts';

const SOURCE = 'docs/reference/known-issues.md, or the list that known-issues.file names';

/** What is known to be wrong with this kernel and the programs that run guests. */
export const knownIssues = defineSource({
  name: 'known_issues',
  about: {
    open: about<readonly string[]>('Known issues that this machine has, as name=what.', SOURCE),
    closed_off: about<readonly string[]>(
      'Known issues that are in its kernel but out of reach: nesting is off, or no guests run here.',
      SOURCE,
    ),
    unclear: about<readonly string[]>(
      'Known issues that the kernel version neither confirms nor excludes.',
      SOURCE,
    ),
    list: about<string>('Origin and date of the list.', 'known-issues.file'),
    problem: about<string>('Why the configured file is not used.', 'known-issues.file'),
  },
  async read({ issues: list, earlier }) {
    if (earlier === undefined) return unknown('nothing else was checked');
    const judged = judgeIssues(list, machineOf(valuesOf(earlier) as unknown as IssueFacts));
    const named = (is: (each: JudgedIssue) => boolean) => wordsOf(judged, is);
    const total = `of ${judged.length} that are known`;
    return {
      open: listOf(named(isOpen), `none ${total}`),
      closed_off: listOf(named(isClosedOff), `none ${total}`),
      unclear: listOf(named(isUnclear), `none ${total}`),
      list: known(`${list.from}, of ${list.date}`),
      problem: list.problem === undefined ? absent('nothing is wrong with it') : known(list.problem),
    };
  },
});
