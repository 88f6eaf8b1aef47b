import { extremeOf, type Measurement } from '@nestwatch/proto/catalogue';
import { type Column, checkedTag } from './catalogue.ts';
import { label } from './units.ts';

/** InfluxQL functions that the dashboards use; all three server generations have them. */
export type Aggregate = 'mean' | 'max' | 'min' | 'last' | 'median' | 'sum' | 'count' | 'increase';

/** Which lab and nodes a query looks at: all variables of the dashboard, or those of a lab regardless of the node. */
export type Scope = 'node' | 'lab';

/** Conditions on tags: an exact value, or a pattern. */
export type Where = Readonly<Record<string, string | RegExp>>;

interface Source {
  readonly columns: readonly Column[];
  readonly scope: Scope;
  readonly where?: Where | undefined;
}

interface Grouped extends Source {
  readonly aggregate: Aggregate;
  readonly split: readonly string[];
  /** See `PanelSpec`. */
  readonly inverse?: { readonly label: string } | undefined;
}

/** Values over the dashboard's time range, one series for each combination of the `split` tags. */
export function overTime({
  fill = 'null',
  ...query
}: Grouped & { fill?: 'null' | 'none' | 'previous' }): string {
  const owner = ownerOf(query.columns);
  const groups = ['time($__interval)', ...tagNames(owner, query.split)].join(', ');
  return `SELECT ${functionOf(query).join(', ')} FROM "${owner.name}" WHERE ${conditions(owner, query)} GROUP BY ${groups} fill(${fill})`;
}

/**
 * How a field is summed up over an interval: texts have no mean, a flag's would be a share that nobody asked for, and a
 * maximum's would hide it.
 */
export function aggregateFor({ field }: Column, wanted?: Aggregate): Aggregate {
  if (field.kind === 'text' || field.kind === 'flag') return 'last';
  return wanted ?? (field.kind === 'total' ? 'increase' : (extremeOf(field) ?? 'mean'));
}

/** One row for each combination of the `split` tags, over the whole time range. */
export function perGroup(query: Grouped): string {
  const owner = ownerOf(query.columns);
  const groups = tagNames(owner, query.split).join(', ');
  const grouping = groups === '' ? '' : ` GROUP BY ${groups}`;
  return `SELECT ${functionOf(query).join(', ')} FROM "${owner.name}" WHERE ${conditions(owner, query)}${grouping}`;
}

/** The newest points as they are, with the given tags as columns. */
export function newest(
  query: Source & { tags: readonly string[]; limit: number /** A flag that must be set. */; flag?: Column },
): string {
  const owner = ownerOf(query.flag === undefined ? query.columns : [...query.columns, query.flag]);
  const fields = query.columns.map(({ field }) => named(`"${field.name}"`, label(field)));
  const selected = [...tagNames(owner, query.tags), ...fields].join(', ');
  const flag = query.flag === undefined ? '' : `"${query.flag.field.name}" = 1 AND `;
  return `SELECT ${selected} FROM "${owner.name}" WHERE ${flag}${conditions(owner, query)} ORDER BY time DESC LIMIT ${query.limit}`;
}

/** The values of a tag, for a dashboard variable. Version 3 looks back one day only, unless a time is given. */
export function tagValues(owner: Measurement, tag: string, within?: string): string {
  const scope = within === undefined ? '' : ` AND ${within}`;
  return `SHOW TAG VALUES FROM "${owner.name}" WITH KEY = "${checkedTag(owner, tag)}" WHERE time > now() - 30d${scope}`;
}

function functionOf({ columns, aggregate, inverse }: Grouped): string[] {
  return columns.map(({ field }) => {
    // A count since some start begins again at a restart: that is not a loss.
    const expression =
      aggregate === 'increase'
        ? `non_negative_difference(last("${field.name}"))`
        : `${aggregate}("${field.name}")`;
    return inverse === undefined
      ? named(expression, label(field))
      : named(`1 / ${expression}`, inverse.label);
  });
}

function named(expression: string, name: string): string {
  return `${expression} AS "${name}"`;
}

function tagNames(owner: Measurement, tags: readonly string[]): string[] {
  return tags.map((tag) => `"${checkedTag(owner, tag)}"`);
}

function conditions(owner: Measurement, { scope, where = {} }: Source): string {
  const chosen = scope === 'lab' ? ['"lab" =~ /^$lab$/'] : ['"lab" =~ /^$lab$/', '"name" =~ /^$node$/'];
  // A collector serves all labs: it is shown whichever is chosen.
  const variables = owner.of === undefined ? chosen : [];
  const fixed = Object.entries(where).map(([tag, value]) => {
    const name = `"${checkedTag(owner, tag)}"`;
    return value instanceof RegExp ? `${name} =~ ${value}` : `${name} = '${value.replaceAll("'", "\\'")}'`;
  });
  return [...variables, ...fixed, '$timeFilter'].join(' AND ');
}

function ownerOf(columns: readonly Column[]): Measurement {
  const [first, ...rest] = columns;
  if (first === undefined) throw new Error('a query needs at least one field');
  if (rest.some(({ measurement }) => measurement !== first.measurement)) {
    throw new Error(`one query cannot read ${first.measurement.name} and another measurement`);
  }
  return first.measurement;
}
