import { groupBy } from '@nestwatch/common/group-by';
import { flagIn, numberIn, type Row, textIn, timeIn } from './cells.ts';
import { ask, differs, fields, type Reader } from './query.ts';

/** What one message says of the run that sent it and of its clock. Samples are left out: there are too many. */
export interface MessageTrace {
  readonly timeUs: number;
  /** The run of the agent. */
  readonly run: string;
  /** The node's clock minus the collector's; undefined where it was not known. */
  readonly skewSeconds: number | undefined;
  /** The collector's seconds in one of the node's. */
  readonly clockRate: number | undefined;
  /** Whether its points stand at the collector's time, because the node's own was too far off. */
  readonly isPlaced: boolean;
}

/** By node, oldest first. @param where from `since` and the like @throws as Store.query */
export async function readMessages(
  store: Reader,
  where: readonly string[],
): Promise<Map<string, MessageTrace[]>> {
  const series = await ask(store, {
    select: fields('boot', 'skew_seconds', 'clock_rate', 'placed_by_lab_time'),
    from: 'nestwatch_report',
    where: [...where, differs('kind', 'sample')],
    by: ['node'],
  });
  const all = series.flatMap(({ tags, rows }) =>
    rows.map((row) => ({ node: tags['node'] ?? '', ...traceIn(row) })),
  );
  return groupBy(
    all.sort((a, b) => a.timeUs - b.timeUs),
    ({ node }) => node,
  );
}

function traceIn(row: Row): MessageTrace {
  return {
    timeUs: timeIn(row),
    run: textIn(row, 'boot'),
    skewSeconds: numberIn(row, 'skew_seconds'),
    clockRate: numberIn(row, 'clock_rate'),
    isPlaced: flagIn(row, 'placed_by_lab_time') === true,
  };
}
