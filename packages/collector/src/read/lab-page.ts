import { defined } from '@nestwatch/common/defined';
import { type Point, pointsIn, positionIn, type Row, textIn, timeIn } from './cells.ts';
import { readNewestOfLab } from './newest-points.ts';
import { ask, equals, fields, type Reader } from './query.ts';

/** Fields of a capability message by catalogue name, those that it has. */
export type CapabilityFields = Readonly<Record<string, string | number>>;

/** Every field of the newest capability of each node of a lab, by node id. @param span conditions on time */
export async function readCapability(
  store: Reader,
  lab: string,
  span: readonly (string | undefined)[],
): Promise<Map<string, CapabilityFields>> {
  const newest = await readNewestOfLab(store, lab, 'nestwatch_capability', span);
  return new Map(
    [...newest].map(([node, row]) => {
      const found = Object.entries(row).filter(([name, value]) => name !== 'time' && value !== null);
      return [node, Object.fromEntries(found) as CapabilityFields] as const;
    }),
  );
}

export type LabEvent = Readonly<ReturnType<typeof eventIn>>;

/** The newest events of a lab, newest first, at most this many. @param span conditions on time */
export async function readEvents(
  store: Reader,
  lab: string,
  span: readonly (string | undefined)[],
  most: number,
): Promise<LabEvent[]> {
  const series = await ask(store, {
    select: fields('text', 'name', 'layer'),
    from: 'nestwatch_event',
    where: [equals('lab', lab), ...span],
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
  /** What of it, as InfluxQL that gives "value". */
  readonly select: string;
  /** Conditions on time, and others. */
  readonly where: readonly (string | undefined)[];
  /** Time that one value stands for, µs. */
  readonly everyUs: number;
}

/** One quantity over time on every node of a lab that has it, oldest first, by node id. */
export async function readSeries(
  store: Reader,
  { lab, measurement, select, where, everyUs }: Quantity,
): Promise<Map<string, Point[]>> {
  const series = await ask(store, {
    select: [select],
    from: measurement,
    where: [equals('lab', lab), ...where],
    by: ['node'],
    everyUs,
  });
  return new Map(series.map(({ tags, rows }) => [textIn(tags, 'node'), pointsIn(rows, 'value')]));
}
