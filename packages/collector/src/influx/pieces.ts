import type { Cell, Series } from './query-answer.ts';

/**
 * InfluxDB 3 Core reads at most 432 files for one query, of which it has one for each ten minutes of a table: three days.
 * Pieces of two days leave room for points that came late.
 */
const PIECE_US = 48 * 3_600_000_000;

/** How one column of the answers becomes one: the functions whose parts tell the whole. */
const COMBINED: Readonly<Record<string, (newer: Cell, older: Cell) => Cell>> = {
  last: (newer) => newer,
  first: (_, older) => older,
  max: (newer, older) => (Number(older) > Number(newer) ? older : newer),
  min: (newer, older) => (Number(older) < Number(newer) ? older : newer),
  sum: (newer, older) => Number(newer) + Number(older),
  count: (newer, older) => Number(newer) + Number(older),
};

const BOUND = /\btime (>=?|<=?) (?:now\(\) - (\d+)s|(\d+)u)/g;
const TEXT = /'(?:\\.|[^'\\])*'/g;
const CALL = /^(\w+)\("?([^")]+)"?\)(?: AS "?([^"]+)"?)?$/;

/** A question in pieces, and how their answers become one. */
export interface Pieces {
  /** The newest first. */
  readonly queries: readonly string[];
  merge(answers: readonly Series[][]): Series[];
}

/**
 * A query over more than two days as several over two days each. Undefined for one that is shorter, or whose parts do not
 * tell the whole, as those of a median do not.
 */
export function inPieces(influxql: string, nowUs: number): Pieces | undefined {
  const [, select = '', rest = ''] = /^SELECT (.+?) FROM (.+)$/s.exec(influxql) ?? [];
  const bounds = [...rest.matchAll(BOUND)];
  // A text that is compared with could look like a bound.
  if (bounds.length !== [...rest.replace(TEXT, '').matchAll(BOUND)].length) return undefined;
  const lower = bounds.find(([, sign = '']) => sign.startsWith('>'));
  if (lower === undefined) return undefined;
  const toUs = Math.min(
    nowUs,
    ...bounds.filter(([, sign]) => sign?.startsWith('<')).map((each) => usOf(each, nowUs)),
  );
  const fromUs = usOf(lower, nowUs);
  const merge = mergeOf(select, rest);
  if (toUs - fromUs <= PIECE_US || merge === undefined) return undefined;
  // A span of GROUP BY time is never cut.
  const everyUs = Number(/GROUP BY time\((\d+)u\)/.exec(rest)?.[1] ?? 1);
  const queries: string[] = [];
  for (let endUs: number | undefined; (endUs ?? toUs) > fromUs; ) {
    const pieceUs = Math.max(PIECE_US, everyUs);
    const startUs = Math.max(fromUs, Math.ceil(((endUs ?? toUs) - pieceUs) / everyUs) * everyUs);
    const span = `time >= ${startUs}u${endUs === undefined ? '' : ` AND time < ${endUs}u`}`;
    queries.push(influxql.replace(lower[0], span));
    endUs = startUs;
  }
  return { queries, merge };
}

/** Where a bound is, µs since 1970. */
function usOf([, , secondsAgo, us]: RegExpMatchArray, nowUs: number): number {
  return secondsAgo === undefined ? Number(us) : nowUs - Number(secondsAgo) * 1e6;
}

function mergeOf(select: string, rest: string): Pieces['merge'] | undefined {
  const calls = select.split(', ').filter((column) => column.includes('('));
  if (calls.length === 0 || /GROUP BY time\(/.test(rest)) {
    const limit = Number(/ LIMIT (\d+)$/.exec(rest)?.[1] ?? Number.POSITIVE_INFINITY);
    const isNewestFirst = / ORDER BY time DESC/.test(rest);
    return (answers) => joined(isNewestFirst ? answers : [...answers].reverse(), limit);
  }
  const combines = calls.map((column) => {
    const [, name = '', field = '', as] = CALL.exec(column) ?? [];
    return { column: as ?? (calls.length > 1 ? `${name}_${field}` : name), combine: COMBINED[name] };
  });
  if (combines.some(({ combine }) => combine === undefined)) return undefined;
  return (answers) => combined(answers, combines as Combine[]);
}

interface Combine {
  readonly column: string;
  readonly combine: (newer: Cell, older: Cell) => Cell;
}

function bySeries(answers: readonly Series[][]): Series[][] {
  const found = new Map<string, Series[]>();
  for (const series of answers.flat()) {
    const key = JSON.stringify([series.name, Object.entries(series.tags).sort()]);
    found.set(key, [...(found.get(key) ?? []), series]);
  }
  return [...found.values()];
}

function joined(answers: readonly Series[][], limit: number): Series[] {
  return bySeries(answers).map((parts) => ({
    ...(parts[0] as Series),
    rows: parts.flatMap(({ rows }) => rows).slice(0, limit),
  }));
}

function combined(answers: readonly Series[][], combines: readonly Combine[]): Series[] {
  return bySeries(answers).map((parts) => {
    const rows = parts.flatMap((part) => part.rows);
    return { ...(parts[0] as Series), rows: rows.slice(0, 1).map((row) => rows.slice(1).reduce(both, row)) };
  });

  function both(newer: Series['rows'][number], older: Series['rows'][number]) {
    const row = { ...older, ...withoutNull(newer) };
    for (const { column, combine } of combines) {
      const [new_, old] = [newer[column] ?? null, older[column] ?? null];
      row[column] = new_ === null ? old : old === null ? new_ : combine(new_, old);
    }
    // It stands where the value of its first function does.
    const [first] = combines;
    const isOlders =
      first !== undefined &&
      row[first.column] === older[first.column] &&
      row[first.column] !== newer[first.column];
    return { ...row, time: (isOlders ? older : newer)['time'] ?? null };
  }
}

function withoutNull(row: Series['rows'][number]) {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
