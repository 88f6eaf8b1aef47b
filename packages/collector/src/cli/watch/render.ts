import type { Paint } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { harmlessUpTo } from '@nestwatch/common/harmless';
import {
  formatAgo,
  formatFactor,
  formatMemory,
  formatPercent,
  formatTime,
} from '@nestwatch/common/quantities';
import type { FiringAlert } from '../../read/alerts.ts';
import { layerText } from '../../read/lab-table.ts';
import type { LiveRow } from '../../read/live-table.ts';
import { SEVERITIES, severityNumber } from '../../read/severity.ts';
import { isSilent } from '../../read/silent.ts';
import { inTree } from '../../read/tree.ts';
import { hostText, SEVERITY_STYLES, stealText } from '../render-lab.ts';
import type { Order, Reading } from './view.ts';

/** As the alert rules slowdown-parent and steal-high have it. */
const SLOW = { warn: 1.2, critical: 1.5 };
const STEAL = { warn: 0.1, critical: 0.3 };
const LONGEST_NAME = 40;

interface Line extends LiveRow {
  readonly depth: number;
  readonly alerts: readonly FiringAlert[];
}

/** One line: how many there are, and what is wrong. */
export function headingOf(
  { rows, alerts, atUs }: Reading,
  nowUs: number,
  order: Order,
  paint: Paint,
): string {
  const labs = new Set(rows.map(({ lab }) => lab)).size;
  const silent = rows.filter(({ lastSeenUs }) => isSilent(lastSeenUs, nowUs)).length;
  const counts = [...SEVERITIES].reverse().flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    return count === 0 ? [] : [paint(SEVERITY_STYLES[severity], `${count} ${severity}`)];
  });
  const machines = `${rows.length} ${rows.length === 1 ? 'machine' : 'machines'} in ${labs} ${labs === 1 ? 'lab' : 'labs'}`;
  const wrong = [
    ...(silent === 0 ? [] : [paint('red', `${silent} silent`)]),
    ...(counts.length === 0 ? ['no alert'] : counts),
  ];
  const by = order === 'tree' ? 'as a tree' : 'trouble first';
  return [machines, ...wrong, by, formatAgo(atUs, nowUs)].join(' · ');
}

/** The table of all machines, as lines; its title is the first. */
export function tableOf({ rows, alerts }: Reading, nowUs: number, order: Order, paint: Paint): string[] {
  const byNode = groupBy(alerts, ({ lab, node }) => `${lab}.${node}`);
  const lines = ordered(rows, order, (row) => byNode.get(`${row.lab}.${row.node}`) ?? [], nowUs);
  const severalLabs = new Set(rows.map(({ lab }) => lab)).size > 1;
  const columns: Column<Line>[] = [
    ...(severalLabs ? [{ title: 'LAB', value: ({ lab }: Line) => lab }] : []),
    { title: 'NODE', value: ({ depth, name }) => `${'  '.repeat(depth)}${harmlessUpTo(name, LONGEST_NAME)}` },
    { title: 'LAYER', value: layerText, align: 'right' },
    { title: 'HOSTS', value: (row) => hostText(row, paint), painted: true },
    column('STEAL', (row) => banded(row.stealRatio, STEAL, stealText(row), paint)),
    column('WAIT', ({ waitRatio }) => shown(waitRatio, (ratio) => formatPercent(ratio, 1))),
    column('EXIT', ({ exitUs }) => shown(exitUs, (us) => formatTime(us / 1e6))),
    column('TIMER', ({ timerUs }) => shown(timerUs, (us) => formatTime(us / 1e6))),
    column('MEM FREE', ({ availableBytes }) => shown(availableBytes, formatMemory)),
    column('SLOW', ({ slowdown }) => banded(slowdown, SLOW, shown(slowdown, formatFactor), paint)),
    { title: 'ALERTS', value: ({ alerts: own }) => alertsText(own, paint), painted: true },
    column('SEEN', (row) => seenText(row, nowUs, paint)),
  ];
  return renderTable(columns, lines).trimEnd().split('\n');
}

/** Of figures, which are made of no text of others. */
function column(title: string, value: (line: Line) => string): Column<Line> {
  return { title, value, align: 'right', painted: true };
}

function shown(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '-' : format(value);
}

function banded(
  value: number | undefined,
  { warn, critical }: { readonly warn: number; readonly critical: number },
  text: string,
  paint: Paint,
): string {
  if (value === undefined || value < warn) return text;
  return paint(value < critical ? 'yellow' : 'red', text);
}

function seenText({ lastSeenUs }: LiveRow, nowUs: number, paint: Paint): string {
  const text = formatAgo(lastSeenUs, nowUs);
  return isSilent(lastSeenUs, nowUs) ? paint('red', text) : text;
}

/** The rule of the most severe alert, and how many more there are. */
function alertsText(alerts: readonly FiringAlert[], paint: Paint): string {
  const [gravest] = alerts;
  if (gravest === undefined) return '-';
  const more = alerts.length === 1 ? '' : ` +${alerts.length - 1}`;
  return paint(SEVERITY_STYLES[gravest.severity], `${gravest.rule}${more}`);
}

function ordered(
  rows: readonly LiveRow[],
  order: Order,
  alertsOf: (row: LiveRow) => readonly FiringAlert[],
  nowUs: number,
): Line[] {
  const labs = [...groupBy(rows, ({ lab }) => lab)].sort(([a], [b]) => a.localeCompare(b));
  const tree = labs.flatMap(([, own]) => inTree(own));
  if (order === 'tree') return tree.map((row) => ({ ...row, depth: row.layer ?? 0, alerts: alertsOf(row) }));
  const weighed = tree.map((row) => ({ row, weight: weightOf(row, alertsOf(row), nowUs) }));
  // The order of the tree stays among those that are equally well.
  const sorted = [...weighed].sort((a, b) => compare(b.weight, a.weight));
  return sorted.map(({ row }) => ({ ...row, depth: 0, alerts: alertsOf(row) }));
}

/** What counts first comes first: the most severe alert, silence, slowdown, steal. */
function weightOf(row: LiveRow, [gravest]: readonly FiringAlert[], nowUs: number): number[] {
  return [
    gravest === undefined ? 0 : severityNumber(gravest.severity),
    Number(isSilent(row.lastSeenUs, nowUs)),
    Math.max(SLOW.warn, row.slowdown ?? 0),
    Math.max(STEAL.warn, row.stealRatio ?? 0),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
