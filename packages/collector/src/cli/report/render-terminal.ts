import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import type { Report, ReportNode } from '../../analysis/report/report.ts';
import {
  benchmarkTitle,
  changeText,
  detectableText,
  measured,
  ratioText,
  standingText,
  timeText,
} from '../../analysis/report/text.ts';

/** The report for a terminal. Times are UTC. */
export function renderTerminal(report: Report, paint: Paint): string {
  const title = (text: string) => `\n${paint('bold', text)}\n`;
  const parts = [
    paint('bold', `lab ${report.lab}, ${timeText(report.fromUs)} to ${timeText(report.toUs)} UTC\n`),
    title('Layers'),
    renderTable(NODE_COLUMNS, report.nodes),
  ];
  for (const benchmark of report.benchmarks) {
    parts.push(
      title(benchmarkTitle(benchmark)),
      renderTable(
        [
          { title: 'NODE', value: (row) => row.name },
          { title: 'RESULTS', value: (row) => String(row.results), align: 'right' },
          { title: 'MEDIAN', value: (row) => measured(benchmark, row), align: 'right' },
          { title: 'VS PARENT (QUARTILES)', value: (row) => ratioText(row.vsParent) },
          { title: 'VS LAYER 0', value: (row) => ratioText(row.vsBase) },
          { title: 'NOW', value: (row) => paint(row.state === 'slow' ? 'red' : 'green', standingText(row)) },
          { title: 'DETECTABLE', value: detectableText },
        ],
        benchmark.rows,
      ),
    );
  }
  parts.push(title('Lasting changes'));
  for (const change of report.changes) {
    const { timeUs, name, stream, against } = change;
    parts.push(
      `  ${timeText(timeUs)}  ${name}: ${stream} became ${changeText(change)}${against === 'parent' ? ' than its parent' : ''}\n`,
    );
  }
  if (report.changes.length === 0) parts.push('  none\n');
  parts.push(title('Alerts'));
  for (const { firedUs, resolvedUs, severity, text, silenced } of report.alerts) {
    const end = resolvedUs === undefined ? 'still' : `to ${timeText(resolvedUs)}`;
    const style = severity === 'critical' ? 'red' : severity === 'warning' ? 'yellow' : 'dim';
    parts.push(
      `  ${timeText(firedUs)} ${end}  ${paint(style, severity)}${silenced ? ' (silenced)' : ''}: ${text}\n`,
    );
  }
  if (report.alerts.length === 0) parts.push('  none\n');
  parts.push(title('Advice'));
  for (const { name, level, summary, advice } of report.advice) {
    parts.push(`  ${name}, ${level}: ${summary}${advice === '' ? '' : `\n    ${advice}`}\n`);
  }
  if (report.advice.length === 0) parts.push('  none\n');
  return parts.join('');
}

const NODE_COLUMNS = [
  { title: 'NODE', value: (row: ReportNode) => `${'  '.repeat(row.layer ?? 0)}${row.name}` },
  { title: 'LAYER', value: (row: ReportNode) => String(row.layer ?? '?'), align: 'right' as const },
  { title: 'CAN HOST', value: (row: ReportNode) => yesNo(row.canHost) },
  { title: 'GUESTS', value: (row: ReportNode) => String(row.guestsRunning ?? '-'), align: 'right' as const },
  { title: 'SAFE TO SNAPSHOT', value: (row: ReportNode) => yesNo(row.snapshotSafe) },
  { title: 'LAST SEEN', value: (row: ReportNode) => timeText(row.lastSeenUs) },
];

export function yesNo(value: boolean | undefined): string {
  return value === undefined ? '-' : value ? 'yes' : 'no';
}
