import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import { byLayerAndName, numberIn, positionIn, type Row, textIn, timeIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, before, equals, fields, type Reader, since, within } from './query.ts';

/** Why one guest exits, as the last trace of its parent found it. */
export interface StoredExitTrace {
  /** The parent. */
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  /** Its name there. */
  readonly guest: string;
  readonly atUs: number;
  /** "hlt 71 %, npf 12 %, io 9 %". */
  readonly summary: string;
  /** The same of exits of its own guests; empty where there were none. */
  readonly nestedSummary: string;
  readonly exitsPerSecond: number;
  readonly nestedExitsPerSecond?: number;
  readonly missedRatio: number;
  /** "sums" or "records". */
  readonly method: string;
  readonly askedBy: string;
  /** The most frequent first. */
  readonly reasons: readonly StoredExitReason[];
}

export interface StoredExitReason {
  readonly reason: string;
  readonly nested: boolean;
  readonly perSecond: number;
  readonly shareRatio: number;
  /** Mean time until the next entry; absent where none was recorded. */
  readonly meanUs?: number;
}

interface Span {
  readonly node?: string;
  /** µs since 1970; the last 30 days without. */
  readonly fromUs?: number;
  readonly toUs?: number;
}

const TRACE = [
  ...['summary', 'nested_summary', 'exits_per_second', 'nested_exits_per_second', 'missed_ratio', 'method'],
  'asked_by',
];

/** The last trace of each guest in a lab, or of those on one node. @throws as Store.query */
export async function readExitTraces(
  store: Reader,
  lab: string,
  { node, fromUs, toUs }: Span = {},
): Promise<StoredExitTrace[]> {
  const where = [
    equals('lab', lab),
    node === undefined ? undefined : equals('node', node),
    fromUs === undefined ? within(30 * DAY_MS) : since(fromUs),
    toUs === undefined ? undefined : before(toUs),
  ];
  const by = ['node', 'guest'];
  const [traces, reasons] = await Promise.all([
    ask(store, {
      select: fields(...TRACE, 'name', 'layer'),
      from: 'nestwatch_exit_trace',
      where,
      by,
      newest: 1,
    }),
    ask(store, {
      select: fields('per_second', 'share_ratio', 'mean_us'),
      from: 'nestwatch_exit_reason',
      where,
      by: [...by, 'reason', 'level'],
      newest: 1,
    }),
  ]);
  const key = (tags: Readonly<Record<string, string>>) => `${tags['node']} ${tags['guest']}`;
  const ofGuest = groupBy(reasons, ({ tags }) => key(tags));
  return traces
    .flatMap(({ tags, rows: [row] }) => {
      if (row === undefined) return [];
      const atUs = timeIn(row);
      // A reason that did not come up any more stands at an earlier time.
      const found = (ofGuest.get(key(tags)) ?? []).flatMap(
        ({ tags: { reason = '', level }, rows: [each] }) =>
          timeIn(each) === atUs ? [reasonOf(reason, level === 'nested', each)] : [],
      );
      return [
        traceOf(
          tags,
          row,
          found.sort((one, other) => other.perSecond - one.perSecond),
        ),
      ];
    })
    .sort((one, other) => byLayerAndName(one, other) || one.guest.localeCompare(other.guest));
}

function traceOf(
  { node = '', guest = '' }: Readonly<Record<string, string>>,
  row: Row,
  reasons: readonly StoredExitReason[],
): StoredExitTrace {
  return defined({
    node,
    name: textIn(row, 'name') || node,
    layer: positionIn(row).layer,
    guest,
    atUs: timeIn(row),
    summary: textIn(row, 'summary'),
    nestedSummary: textIn(row, 'nested_summary'),
    exitsPerSecond: numberIn(row, 'exits_per_second') ?? 0,
    nestedExitsPerSecond: numberIn(row, 'nested_exits_per_second'),
    missedRatio: numberIn(row, 'missed_ratio') ?? 0,
    method: textIn(row, 'method'),
    askedBy: textIn(row, 'asked_by'),
    reasons,
  });
}

function reasonOf(reason: string, nested: boolean, row: Row | undefined): StoredExitReason {
  return defined({
    reason,
    nested,
    perSecond: numberIn(row, 'per_second') ?? 0,
    shareRatio: numberIn(row, 'share_ratio') ?? 0,
    meanUs: numberIn(row, 'mean_us'),
  });
}
