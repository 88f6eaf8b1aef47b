import { significant } from '@nestwatch/common/quantities';
import { acceptedText, DETECTION_COLUMNS, detectionMeaning } from '../../analysis/report/detection-text.ts';
import { GUEST_COLUMNS } from '../../analysis/report/guest-text.ts';
import type { Report } from '../../analysis/report/report.ts';
import { benchmarkTitle, smallChangesText, timeText } from '../../analysis/report/text.ts';
import { layerText } from '../../read/lab-table.ts';
import { inTree } from '../../read/tree.ts';
import { changesSection } from '../changes/render.ts';
import { cell, section } from '../markdown.ts';
import { benchmarkColumns, yesNo } from './render-terminal.ts';

/** The report as Markdown, for wikis and merge requests. Times are UTC. */
export function renderMarkdown(report: Report): string {
  const lines = [
    `# Lab ${cell(report.lab)}, ${timeText(report.fromUs)} to ${timeText(report.toUs)} UTC`,
    '',
    ...changesSection(report.differences),
    ...section(
      'Layers',
      ['node', 'layer', 'parent', 'can host', 'guests boot', 'guests', 'safe to snapshot', 'last seen'],
      inTree(report.nodes).map((node) => [
        node.name,
        layerText(node),
        report.nodes.find((each) => each.node === node.parent)?.name ?? node.parent ?? '-',
        yesNo(node.canHost),
        yesNo(node.boots),
        String(node.guestsRunning ?? '-'),
        yesNo(node.snapshotSafe),
        timeText(node.lastSeenUs),
      ]),
    ),
    ...report.benchmarks.flatMap((benchmark) => {
      const columns = benchmarkColumns(benchmark, (_, text) => text);
      return section(
        benchmarkTitle(benchmark),
        columns.map(({ title }) => title.toLowerCase()),
        benchmark.rows.map((row) => columns.map(({ value }) => value(row))),
      );
    }),
    ...section(
      'Lasting changes',
      ['when', 'node', 'what', 'times slower', 'against', 'chance'],
      report.changes.map((change) => [
        timeText(change.timeUs),
        change.name,
        change.stream,
        significant(change.factor),
        change.against,
        String(change.chance),
      ]),
    ),
    ...(report.smallChanges.length > 0 ? [smallChangesText(report.smallChanges), ''] : []),
    ...section(
      'Smallest visible slowdowns',
      DETECTION_COLUMNS.map(({ title }) => title),
      report.detections.map((each) => DETECTION_COLUMNS.map(({ value }) => value(each))),
    ),
    detectionMeaning(report.detections),
    '',
    ...section(
      'Accepted speeds',
      ['when', 'what', 'by', 'why', 'id'],
      report.acceptances.map((each) => [
        timeText(each.atUs),
        acceptedText(each, (node) => report.nodes.find((other) => other.node === node)?.name ?? node),
        each.by,
        each.why,
        each.id,
      ]),
    ),
    ...section(
      'Guests limited by their parent',
      ['node', 'guest', 'how'],
      report.heldBack.map((each) => [each.name, each.guest, each.how]),
    ),
    ...section(
      'Alerts',
      ['fired', 'over', 'severity', 'rule', 'node', 'what'],
      report.alerts.map((alert) => [
        timeText(alert.firedUs),
        alert.resolvedUs === undefined ? 'fires' : timeText(alert.resolvedUs),
        alert.severity,
        alert.rule,
        alert.name,
        alert.text,
      ]),
    ),
    ...section(
      'Guests without an agent, seen from outside',
      GUEST_COLUMNS.map(({ title }) => title),
      report.guests.map((guest) => GUEST_COLUMNS.map(({ value }) => value(guest))),
    ),
    ...section(
      'Why guests exit',
      ['when', 'guest', 'on', 'exits a second', 'reasons', 'of its own guests'],
      report.exits.map((each) => [
        timeText(each.atUs),
        each.guest,
        each.name,
        significant(each.exitsPerSecond),
        each.summary,
        each.nestedSummary,
      ]),
    ),
    ...section(
      'Advice',
      ['node', 'level', 'finding', 'what to do'],
      report.advice.map((each) => [each.name, each.level, each.summary, each.advice]),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
