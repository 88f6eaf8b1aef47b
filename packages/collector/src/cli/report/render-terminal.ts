import type { Paint } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { significant } from '@nestwatch/common/quantities';
import { changesSummary } from '../../analysis/changes/text.ts';
import { acceptedText, DETECTION_COLUMNS, detectionMeaning } from '../../analysis/report/detection-text.ts';
import { GUEST_COLUMNS } from '../../analysis/report/guest-text.ts';
import type { Report, ReportBenchmark, ReportNode, ReportRow } from '../../analysis/report/report.ts';
import {
  benchmarkTitle,
  changeText,
  detectableText,
  measured,
  ratioText,
  smallChangesText,
  standingText,
  timeText,
} from '../../analysis/report/text.ts';
import type { StoredExitTrace } from '../../read/exit-traces.ts';
import { layerText } from '../../read/lab-table.ts';
import { inTree } from '../../read/tree.ts';
import { changesTable } from '../changes/render.ts';
import { SEVERITY_STYLES } from '../render-lab.ts';

/** The report for a terminal. Times are UTC. */
export function renderTerminal(report: Report, paint: Paint): string {
  const title = (text: string) => `\n${paint('bold', text)}\n`;
  const list = (text: string, lines: readonly string[]) =>
    `${title(text)}${lines.length === 0 ? '  none\n' : lines.join('')}`;
  return [
    paint('bold', `lab ${report.lab}, ${timeText(report.fromUs)} to ${timeText(report.toUs)} UTC\n`),
    title(`Different since ${timeText(report.fromUs)}: ${changesSummary(report.differences)}`),
    changesTable(report.differences, paint),
    title('Layers'),
    renderTable(NODE_COLUMNS, inTree(report.nodes)),
    ...report.benchmarks.flatMap((benchmark) => [
      title(benchmarkTitle(benchmark)),
      renderTable(benchmarkColumns(benchmark, paint), benchmark.rows),
    ]),
    list('Lasting changes', report.changes.map(changeLine)),
    report.smallChanges.length > 0 && `  ${smallChangesText(report.smallChanges)}\n`,
    title('Smallest visible slowdowns'),
    report.detections.length === 0 ? '  nothing\n' : renderTable(TERMINAL_DETECTIONS, report.detections),
    `  ${detectionMeaning(report.detections)}\n`,
    list(
      'Accepted speeds',
      report.acceptances.map((each) => acceptanceLine(report, each)),
    ),
    list('Guests limited by their parent', report.heldBack.map(heldBackLine)),
    list(
      'Alerts',
      report.alerts.map((alert) => alertLine(alert, paint)),
    ),
    ...(report.guests.length > 0
      ? [title('Guests without an agent, seen from outside'), renderTable(TERMINAL_GUESTS, report.guests)]
      : []),
    list('Why guests exit', report.exits.map(exitsLine)),
    list('Advice', report.advice.map(adviceLine)),
  ]
    .filter((part) => part !== false)
    .join('');
}

/** What a report says of a benchmark on each node. */
export function benchmarkColumns(benchmark: ReportBenchmark, paint: Paint): Column<ReportRow>[] {
  return [
    { title: 'NODE', value: (row) => row.name },
    { title: 'RESULTS', value: (row) => String(row.results), align: 'right' },
    { title: 'MEDIAN', value: (row) => measured(benchmark, row), align: 'right' },
    { title: 'VS PARENT (QUARTILES)', value: (row) => ratioText(row.vsParent) },
    { title: 'VS LAYER 0', value: (row) => ratioText(row.vsBase) },
    {
      title: 'NOW',
      value: (row) => paint(row.state === 'slow' ? 'red' : 'green', standingText(row)),
      painted: true,
    },
    { title: 'DETECTABLE', value: detectableText },
  ];
}

function changeLine(change: Report['changes'][number]): string {
  const { timeUs, name, stream, against } = change;
  const than = against === 'parent' ? ' than its parent' : '';
  return `  ${timeText(timeUs)}  ${name}: ${stream} became ${changeText(change)}${than}\n`;
}

function alertLine(alert: Report['alerts'][number], paint: Paint): string {
  const { firedUs, resolvedUs, severity, text, silenced } = alert;
  const end = resolvedUs === undefined ? 'still' : `to ${timeText(resolvedUs)}`;
  const shown = paint(SEVERITY_STYLES[severity], severity);
  return `  ${timeText(firedUs)} ${end}  ${shown}${silenced ? ' (silenced)' : ''}: ${text}\n`;
}

function acceptanceLine({ nodes }: Report, each: Report['acceptances'][number]): string {
  const named = (node: string) => nodes.find((other) => other.node === node)?.name ?? node;
  return `  ${timeText(each.atUs)}  ${acceptedText(each, named)}, by ${each.by || 'somebody'}: ${each.why} (${each.id})\n`;
}

const TERMINAL_DETECTIONS = DETECTION_COLUMNS.map(({ title, value }) => ({
  title: title.toUpperCase(),
  value,
}));

const TERMINAL_GUESTS = GUEST_COLUMNS.map(({ title, value }) => ({ title: title.toUpperCase(), value }));
function heldBackLine({ name, guest, how }: Report['heldBack'][number]): string {
  return `  ${guest} on ${name}: ${how}\n`;
}

function adviceLine({ name, level, summary, advice }: Report['advice'][number]): string {
  return `  ${name}, ${level}: ${summary}${advice === '' ? '' : `\n    ${advice}`}\n`;
}

const NODE_COLUMNS: readonly Column<ReportNode>[] = [
  { title: 'NODE', value: (row) => `${'  '.repeat(row.layer ?? 0)}${row.name}` },
  { title: 'LAYER', value: layerText, align: 'right' },
  { title: 'CAN HOST', value: (row) => yesNo(row.canHost) },
  { title: 'GUESTS BOOT', value: (row) => yesNo(row.boots) },
  { title: 'GUESTS', value: (row) => String(row.guestsRunning ?? '-'), align: 'right' },
  { title: 'SAFE TO SNAPSHOT', value: (row) => yesNo(row.snapshotSafe) },
  { title: 'LAST SEEN', value: (row) => timeText(row.lastSeenUs) },
];

export function yesNo(value: boolean | undefined): string {
  return value === undefined ? '-' : value ? 'yes' : 'no';
}

function exitsLine({ atUs, guest, name, exitsPerSecond, summary, nestedSummary }: StoredExitTrace): string {
  const nested = nestedSummary === '' ? '' : `; of its own guests: ${nestedSummary}`;
  return `  ${timeText(atUs)}  ${guest} on ${name}: ${significant(exitsPerSecond)} a second: ${summary}${nested}\n`;
}
