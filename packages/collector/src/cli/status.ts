import { type Paint, paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { harmlessUpTo } from '@nestwatch/common/harmless';
import { type BeyondRow, readBeyond } from '../read/beyond.ts';
import { type DeliveryRow, readDelivery } from '../read/delivery.ts';
import { readForgotten } from '../read/nodes.ts';
import { openReader } from './open-reader.ts';
import type { UserSchema } from './settings.ts';

/**
 * `nestwatch status [LAB]`: what became of every message, as InfluxDB has it, and what was beyond a bound. Exit 1 when something is lost
 * or could not be taken in, or when nothing has reported: fit for a monitoring check.
 */
export async function status(context: CommandContext<UserSchema>): Promise<number> {
  const { config, words, options, stdout, stderr, env } = context;
  const store = await openReader(context);
  const [allRows, allBeyond, isGone] = await Promise.all([
    readDelivery(store, words[0]),
    readBeyond(store, words[0]),
    readForgotten(store, words[0]),
  ]);
  const [rows, beyond] = [allRows.filter((row) => !isGone(row)), allBeyond.filter((row) => !isGone(row))];
  if (options['json']) stdout.write(`${JSON.stringify(withBeyond(rows, beyond), null, 2)}\n`);
  else if (rows.length > 0) {
    stdout.write(renderDelivery(rows, paintFor(stdout, env)));
    if (beyond.length > 0) stdout.write(`\n${renderBeyond(beyond)}`);
  }
  if (rows.length === 0) {
    stderr.write(`no data of ${words[0] === undefined ? 'any lab' : `lab ${words[0]}`} yet\n`);
    return EXIT.failed;
  }
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  const dead = rows.reduce((sum, row) => sum + row.dead, 0);
  if (lost > 0) stderr.write(`${lost} messages are lost\n`);
  const stream = config['shards.file'] === '' ? 'NESTWATCH_DEAD' : '<stream>_DEAD of its shard';
  if (dead > 0) stderr.write(`${dead} messages could not be processed: see the stream ${stream}\n`);
  return lost + dead > 0 ? EXIT.failed : EXIT.ok;
}

/** The rows, those of runs that go on with what their node had beyond a bound, where there is any. */
function withBeyond(rows: readonly DeliveryRow[], all: readonly BeyondRow[]) {
  return rows.map((row) => {
    const beyond = all.filter((each) => each.lab === row.lab && each.node === row.node);
    return row.run === 'current' && beyond.length > 0 ? { ...row, beyond } : row;
  });
}

const REASON_CHARACTERS = 100;

/** One line for each node and bound. */
function renderBeyond(rows: readonly BeyondRow[]): string {
  const columns: Column<BeyondRow>[] = [
    { title: 'LAB', value: (row) => row.lab },
    { title: 'NODE', value: (row) => row.node },
    { title: 'BOUND', value: (row) => row.bound },
    { title: 'TIMES', value: (row) => String(row.count), align: 'right' },
    { title: 'WHY, THE LAST TIME', value: (row) => harmlessUpTo(row.reason, REASON_CHARACTERS) },
  ];
  return `limits exceeded since the start of the collector, seen in the last day\n${renderTable(columns, rows)}`;
}

/** One line for each node and run, under a line for each lab. */
function renderDelivery(rows: readonly DeliveryRow[], paint: Paint): string {
  const alarming = (value: number, style: 'red' | 'yellow') =>
    value > 0 ? paint(style, String(value)) : '0';
  const number = (title: string, value: (row: DeliveryRow) => string) =>
    ({ title, value, align: 'right', painted: true }) as const;
  const columns: Column<DeliveryRow>[] = [
    { title: 'NODE', value: (row) => row.name || row.node },
    { title: 'RUN', value: (row) => (row.run === 'earlier' ? `${row.boots} earlier` : row.run) },
    number('RECEIVED', (row) => String(row.received)),
    number('WRITTEN', (row) => String(row.written)),
    number('DUPLICATES', (row) => String(row.duplicates)),
    number('DROPPED', (row) => alarming(row.dropped, 'yellow')),
    number('EXPIRED', (row) => alarming(row.expired, 'yellow')),
    number('GAPS', (row) => alarming(row.gaps, 'yellow')),
    number('DEAD', (row) => alarming(row.dead, 'red')),
    number('LOST', (row) => alarming(row.lost, 'red')),
  ];
  const labs = [...groupBy(rows, (row) => row.lab)];
  return labs.map(([lab, mine]) => `lab ${lab}\n${renderTable(columns, mine)}`).join('\n');
}
