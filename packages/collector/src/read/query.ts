import { quoteIdentifier, quoteText } from '../influx/influxql.ts';
import type { Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';

/** Whatever answers InfluxQL. */
export type Reader = Pick<Store, 'query'>;

/** Whatever answers it of thinned-out points as well. */
export type HistoryReader = Pick<Store, 'query' | 'queryThinned'>;

/** One question to one measurement. All parts but `from` and `by` are InfluxQL, made by the functions below. */
export interface Query {
  /** From `fields` and `call`. */
  readonly select: readonly string[];
  readonly from: string;
  /** From `equals`, `since`, `before` and `within`; what is undefined is left out. */
  readonly where?: readonly (string | undefined)[];
  /** Tags that tell series apart; `['*']` for all that there are. */
  readonly by?: readonly string[];
  /** One point for each span of this many µs that has any. */
  readonly everyUs?: number;
  /** Only this many points of each series, the newest first. */
  readonly newest?: number;
}

/** @throws as Store.query */
export function ask(store: Reader, query: Query): Promise<Series[]> {
  return store.query(influxql(query));
}

/** The question as InfluxQL. */
export function influxql({ select, from, where = [], by = [], everyUs, newest }: Query): string {
  const conditions = where.filter((each) => each !== undefined);
  const groups = [
    ...(everyUs === undefined ? [] : [`time(${Math.round(everyUs)}u)`]),
    ...by.map((tag) => (tag === '*' ? tag : quoteIdentifier(tag))),
  ];
  return [
    `SELECT ${select.join(', ')} FROM ${quoteIdentifier(from)}`,
    conditions.length > 0 && `WHERE ${conditions.join(' AND ')}`,
    groups.length > 0 && `GROUP BY ${groups.join(', ')}`,
    everyUs !== undefined && 'fill(none)',
    newest !== undefined && `ORDER BY time DESC LIMIT ${newest}`,
  ]
    .filter((part) => part !== false)
    .join(' ');
}

/** Fields, and tags beside at least one field, as they are. */
export function fields(...names: readonly string[]): string[] {
  return names.map(quoteIdentifier);
}

/** A function of one field, under the field's name or another. */
export function call(name: string, field: string, as = field): string {
  return `${name}(${quoteIdentifier(field)}) AS ${quoteIdentifier(as)}`;
}

/** What a tag or a field must be. */
export function equals(name: string, value: string | number): string {
  return `${quoteIdentifier(name)} = ${typeof value === 'number' ? value : quoteText(value)}`;
}

/** What a tag or a field must not be. */
export function differs(name: string, value: string): string {
  return `${quoteIdentifier(name)} != ${quoteText(value)}`;
}

/** At this time, µs since 1970, or later. */
export function since(us: number): string {
  return `time >= ${Math.floor(us)}u`;
}

/** What a field must be at least; what does not have it is left out. */
export function atLeast(name: string, value: number): string {
  return `${quoteIdentifier(name)} >= ${value}`;
}

/** Before this time, µs since 1970. */
export function before(us: number): string {
  return `time < ${Math.ceil(us)}u`;
}

/** In the last this many ms of InfluxDB's own clock. */
export function within(ms: number): string {
  return `time > now() - ${Math.round(ms / 1000)}s`;
}
