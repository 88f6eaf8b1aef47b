import { type Paint, paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { openStore } from '../influx/store.ts';
import { type DeliveryRow, readDelivery } from '../read/delivery.ts';
import type { UserSchema } from './settings.ts';

/**
 * `nestwatch status [LAB]`: what became of every message, as InfluxDB has it. Exit 1 when something is lost
 * or could not be taken in, or when nothing has reported: fit for a monitoring check.
 */
export async function status(context: CommandContext<UserSchema>): Promise<number> {
  const { config, words, options, stdout, stderr, env } = context;
  const rows = await readDelivery(await openStore(config), words[0]);
  if (options['json']) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length > 0) stdout.write(renderDelivery(rows, paintFor(stdout, env)));
  if (rows.length === 0) {
    stderr.write(`nothing is known of ${words[0] === undefined ? 'any lab' : `lab ${words[0]}`} yet\n`);
    return EXIT.failed;
  }
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  const dead = rows.reduce((sum, row) => sum + row.dead, 0);
  if (lost > 0) stderr.write(`${lost} messages are lost\n`);
  if (dead > 0) stderr.write(`${dead} messages could not be taken in: see the stream NESTWATCH_DEAD\n`);
  return lost + dead > 0 ? EXIT.failed : EXIT.ok;
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
    number('GAPS', (row) => alarming(row.gaps, 'yellow')),
    number('DEAD', (row) => alarming(row.dead, 'red')),
    number('LOST', (row) => alarming(row.lost, 'red')),
  ];
  const labs = [...groupBy(rows, (row) => row.lab)];
  return labs.map(([lab, mine]) => `lab ${lab}\n${renderTable(columns, mine)}`).join('\n');
}
