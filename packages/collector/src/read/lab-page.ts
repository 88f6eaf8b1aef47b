import { defined } from '@nestwatch/common/defined';
import { type Point, pointsIn, positionIn, type Row, textIn, timeIn } from './cells.ts';
import { ask, call, equals, fields, type Reader, within } from './query.ts';

/** Fields of a capability message by catalogue name, those that it has. */
export type CapabilityFields = Readonly<Record<string, string | number>>;

/** Every field of the newest capability of each node of a lab, by node id. @param spanMs how far back is looked */
export async function readCapability(
  store: Reader,
  lab: string,
  spanMs: number,
): Promise<Map<string, CapabilityFields>> {
  const series = await ask(store, {
    select: ['*'],
    from: 'nestwatch_capability',
    where: [equals('lab', lab), within(spanMs)],
    by: ['node'],
    newest: 1,
  });
  return new Map(
    series.map(({ tags: { node = '' }, rows: [row = {}] }) => {
      const found = Object.entries(row).filter(([name, value]) => name !== 'time' && value !== null);
      return [node, Object.fromEntries(found) as CapabilityFields] as const;
    }),
  );
}

export type LabEvent = Readonly<ReturnType<typeof eventIn>>;

/** The newest events of a lab, newest first: at most so many in the last so many ms. */
export async function readEvents(
  store: Reader,
  lab: string,
  spanMs: number,
  most: number,
): Promise<LabEvent[]> {
  const series = await ask(store, {
    select: fields('text', 'name', 'layer'),
    from: 'nestwatch_event',
    where: [equals('lab', lab), within(spanMs)],
    newest: most,
  });
  return series.flatMap(({ rows }) => rows.map(eventIn));
}

/** What happened on a node of a lab. */
function eventIn(row: Row) {
  return defined({
    atUs: timeIn(row),
    name: textIn(row, 'name'),
    layer: positionIn(row).layer,
    text: textIn(row, 'text'),
  });
}

interface Quantity {
  readonly lab: string;
  readonly measurement: string;
  readonly field: string;
  /** How far back is looked, ms. */
  readonly spanMs: number;
  /** Time that one value is the mean of, µs. */
  readonly everyUs: number;
}

/** One quantity over time on every node of a lab that has it, oldest first, by node id. */
export async function readSeries(
  store: Reader,
  { lab, measurement, field, spanMs, everyUs }: Quantity,
): Promise<Map<string, Point[]>> {
  const series = await ask(store, {
    select: [call('mean', field, 'value')],
    from: measurement,
    where: [equals('lab', lab), within(spanMs)],
    by: ['node'],
    everyUs,
  });
  return new Map(series.map(({ tags, rows }) => [textIn(tags, 'node'), pointsIn(rows, 'value')]));
}
