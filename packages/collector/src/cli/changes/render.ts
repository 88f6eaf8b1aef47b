import type { Paint, Style } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import type { ChangeKind, LabChanges } from '../../analysis/changes/changes.ts';
import { type ChangeLine, changeLines, changesSummary } from '../../analysis/changes/text.ts';
import { moment } from '../../analysis/compare/wording.ts';
import { timeText } from '../../analysis/report/text.ts';
import { cell, section } from '../markdown.ts';

const STYLES: Readonly<Partial<Record<ChangeKind, Style>>> = {
  alert: 'red',
  silent: 'red',
  slower: 'red',
  gone: 'yellow',
  capability: 'yellow',
  moved: 'yellow',
  faster: 'green',
  'alert over': 'green',
};
/** This many names stand in a row of a table; `--json` has all. */
const MOST_NAMES = 4;

function columns(paint: Paint): Column<ChangeLine>[] {
  return [
    {
      title: 'DIFFERENT',
      value: ({ kind, change }) => paint(STYLES[change.kind] ?? 'reset', kind),
      painted: true,
    },
    { title: 'NODE', value: ({ names }) => namesText(names) },
    { title: 'WHAT', value: ({ what }) => what },
    { title: 'FIGURE', value: ({ figure }) => figure },
    { title: 'WHEN', value: ({ change: { atUs } }) => (atUs === undefined ? '–' : timeText(atUs)) },
  ];
}

/** "guest1, guest2 and 3 more". */
function namesText(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more <= 0 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`;
}

/** What is different, for a terminal; what is the same of several nodes in one row. Times are UTC. */
export function renderChanges(changes: LabChanges, paint: Paint): string {
  const title = paint('bold', `lab ${changes.lab}, different since ${moment(changes.sinceUs)}`);
  return `${title}: ${changesSummary(changes)}\n${changesTable(changes, paint)}`;
}

/** The table alone; nothing where nothing is different. */
export function changesTable(changes: Pick<LabChanges, 'changes'>, paint: Paint): string {
  const lines = changeLines(changes);
  return lines.length === 0 ? '' : renderTable(columns(paint), lines);
}

export function renderChangesMarkdown(changes: LabChanges): string {
  return `# Lab ${cell(changes.lab)}\n\n${changesSection(changes).join('\n')}`;
}

/** The same as a section of Markdown. */
export function changesSection(changes: LabChanges): string[] {
  const shown = columns((_, text) => text);
  return section(
    `Different since ${moment(changes.sinceUs)}`,
    shown.map(({ title }) => title.toLowerCase()),
    changeLines(changes).map((line) => shown.map(({ value }) => value(line))),
  );
}
