import { numberIn, textIn, timeIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

/** How the last trace of exits on a node ended. */
interface TraceOutcome {
  readonly atUs: number;
  /** As in nestwatch_probe. */
  readonly status: number;
  /** Why there is none; empty when there is. */
  readonly reason: string;
}

/** Undefined where none was tried in the last 30 days. @throws as Store.query */
export async function readTraceOutcome(
  store: Reader,
  lab: string,
  node: string,
): Promise<TraceOutcome | undefined> {
  const [series] = await ask(store, {
    select: fields('status', 'reason'),
    from: 'nestwatch_probe',
    where: [equals('lab', lab), equals('node', node), equals('probe', 'exit-trace'), within(30 * DAY_MS)],
    newest: 1,
  });
  const row = series?.rows[0];
  if (row === undefined) return undefined;
  return { atUs: timeIn(row), status: numberIn(row, 'status') ?? 0, reason: textIn(row, 'reason') };
}
