import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { formatMemory } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import type { Assessment, Verdict } from '../../capability/assess.ts';
import { factMessages } from '../../capability/messages.ts';
import type { Level } from '../../capability/rule.ts';
import { valueIn } from '../../host/host.ts';
import type { Comparison } from './comparison.ts';
import { renderIssues } from './known-issues.ts';

const MARKS: Readonly<Record<Level, { word: string; style: Parameters<Paint>[0] }>> = {
  pass: { word: 'PASS', style: 'green' },
  info: { word: 'INFO', style: 'cyan' },
  warn: { word: 'WARN', style: 'yellow' },
  fail: { word: 'FAIL', style: 'red' },
  unknown: { word: 'UNKNOWN', style: 'magenta' },
};

/** The machine in a line, every verdict in a row, then what to do, numbered as in the rows. */
export function renderCheck(assessment: Assessment, paint: Paint, withFacts: boolean): string {
  const advices = gatherAdvice(assessment.verdicts);
  const noteOf = (verdict: Verdict) => {
    const at = advices.findIndex((verdicts) => verdicts.includes(verdict));
    return at < 0 ? '' : ` [${at + 1}]`;
  };
  const table = renderTable(
    [
      { title: '', value: ({ level }) => paint(MARKS[level].style, MARKS[level].word), painted: true },
      { title: 'question', value: ({ rule }) => rule.question },
      { title: 'answer', value: (verdict) => `${verdict.summary}${noteOf(verdict)}` },
    ],
    assessment.verdicts,
  );
  const notes = advices.map((verdicts, at) => {
    const [first] = verdicts;
    const names = verdicts.map(({ rule }) => rule.name).join(', ');
    return `[${at + 1}] ${names}${first?.who === 'parent' ? ' (at its parent)' : ''}: ${first?.advice}\n`;
  });
  return [
    `${machineLine(assessment)}\n\n`,
    table,
    ...(notes.length > 0 ? [`\n${paint('bold', 'what to do')}\n`, ...notes] : []),
    renderIssues(assessment, paint),
    ...(withFacts ? ['\n', renderFacts(assessment)] : []),
  ].join('');
}

/** Verdicts that have the same advice together, in the order of the first of each. */
function gatherAdvice(verdicts: readonly Verdict[]): readonly (readonly Verdict[])[] {
  const advised = verdicts.filter(({ advice }) => advice !== undefined);
  return [...groupBy(advised, ({ who, advice }) => `${who} ${advice}`).values()];
}

function machineLine({ facts, hypervisor, guests }: Assessment): string {
  const running = valueIn(guests)?.length;
  const memory = valueIn(facts.memory.total_bytes);
  const parts = [
    valueIn(facts.cpu.model) ?? valueIn(facts.architecture.machine),
    plural(valueIn(facts.cpus.online), 'CPU'),
    memory === undefined ? undefined : formatMemory(memory),
    hypervisor.state === 'known'
      ? `under ${hypervisor.value}`
      : hypervisor.state === 'absent'
        ? 'hardware'
        : undefined,
    valueIn(facts.system.kernel),
    plural(running, 'running guest'),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function renderFacts({ facts }: Assessment): string {
  return renderTable(
    [
      { title: 'fact', value: ({ fact }) => fact ?? '' },
      {
        title: 'value',
        value: ({ state, value, reason }) =>
          state === v1.Fact.State.KNOWN ? value || '(none)' : `(${reason})`,
      },
    ],
    factMessages(facts),
  );
}

/** What other tools say beside what we say, and why the results differ. */
export function renderComparison(comparison: readonly Comparison[], paint: Paint): string {
  const table = renderTable(
    [
      { title: 'tool', value: ({ tool }) => tool },
      { title: 'about', value: ({ about }) => about },
      { title: 'it says', value: ({ theirs }) => theirs },
      { title: 'we say', value: ({ ours }) => ours },
      {
        title: '',
        value: ({ agrees }) =>
          agrees === undefined ? '-' : agrees ? paint('green', 'agrees') : paint('yellow', 'differs'),
        painted: true,
      },
    ],
    comparison,
  );
  const whys = comparison
    .filter(({ agrees, why }) => agrees === false && why !== '')
    .map(({ tool, about, why }) => `${tool}, ${about}: ${why}\n`);
  return whys.length === 0 ? table : `${table}\n${paint('bold', 'why the results differ')}\n${whys.join('')}`;
}

const plural = (count: number | undefined, thing: string) =>
  count === undefined ? undefined : `${count} ${thing}${count === 1 ? '' : 's'}`;
