import type { Column } from '@nestwatch/common/cli/table';
import type { Comparison } from '../../analysis/compare/comparison.ts';
import { countsText, legendOf, notesOf, sideText, titleText } from '../../analysis/compare/text.ts';
import { comparedColumns, ENVIRONMENT_COLUMNS, linesOf } from './render-terminal.ts';

/** The comparison as Markdown, for wikis, merge requests and the summary of a pipeline. Times are UTC. */
export function renderMarkdown(comparison: Comparison): string {
  const { before, after, environment } = comparison;
  const notes = notesOf(comparison);
  const lines = [
    `# ${cell(titleText(comparison))}`,
    '',
    ...[before, after].map((side) => `- ${cell(side.label)}: ${cell(sideText(side))}`),
    `- **${countsText(comparison)}**`,
    '',
    ...table(
      comparedColumns((_, text) => text),
      linesOf(comparison),
    ),
    legendOf(comparison),
    '',
    '## What differs in the environment',
    '',
    ...table(ENVIRONMENT_COLUMNS, environment),
    ...(notes.length === 0 ? [] : ['## Before you rely on it', '']),
    ...notes.map((note) => `- ${cell(note)}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['No known difference.', ''];
  return [
    `| ${columns.map(({ title }) => cell(title.toLowerCase())).join(' | ')} |`,
    `|${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join('|')}|`,
    ...rows.map((row) => `| ${columns.map(({ value }) => cell(value(row))).join(' | ')} |`),
    '',
  ];
}

function cell(text: string): string {
  return text
    .replace(/\|/g, '\\|')
    .replace(/[\r\n]+/g, ' ')
    .replace(/</g, '&lt;');
}
