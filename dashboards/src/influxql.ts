import { extremeOf, type Field, type Measurement } from '@nestwatch/proto/catalogue';
import { checkedTag } from './catalogue.ts';
import { label } from './units.ts';

/** InfluxQL functions that the dashboards use; all three server generations have them. */
export type Aggregate = 'mean' | 'max' | 'min' | 'last' | 'median' | 'count' | 'increase';

/** Conditions on tags: an exact value, or a pattern. */
export type Where = Readonly<Record<string, string | RegExp>>;

export type Instead = 'earlier' | 'other lab';

/** The time range, earlier by what the variable says. */
const EARLIER = 'time >= ${__from}ms - $shift AND time <= ${__to}ms - $shift';

interface Source {
  readonly measurement: Measurement;
  readonly fields: readonly Field[];
  /** The whole lab, whatever nodes are chosen. */
  readonly scope?: 'lab';
  /** What a board compares with: as much time, earlier by the variable `shift`, or the lab of the variable `other_lab`. */
  readonly instead?: Instead | undefined;
  readonly where?: Where | undefined;
}

interface Grouped extends Source {
  readonly aggregate: Aggregate;
  readonly split: readonly string[];
  /** See `Series` of a panel. */
  readonly inverse?: { readonly label: string } | undefined;
  /** Values of fields, by name, that count as 0. They are above all others of the field. */
  readonly none?: Readonly<Record<string, number>> | undefined;
  /** What the only field is called, where that is not its own name. */
  readonly called?: string | undefined;
}

/** Values over the dashboard's time range, one series for each combination of the `split` tags. */
export function overTime({ fill = 'null', ...query }: Grouped & { fill?: 'null' | 'none' }): string {
  const groups = ['time($__interval)', ...tagNames(query.measurement, query.split)].join(', ');
  return `SELECT ${functionOf(query)} FROM ${pointsOf(query)} GROUP BY ${groups} fill(${fill})`;
}

/**
 * How a field is summed up over an interval: texts have no mean, a flag's would be a share that nobody asked for, and a
 * maximum's would hide it.
 */
export function aggregateFor(field: Field, wanted?: Aggregate): Aggregate {
  if (field.kind === 'text' || field.kind === 'flag') return 'last';
  return wanted ?? (field.kind === 'total' ? 'increase' : (extremeOf(field) ?? 'mean'));
}

/** One row for each combination of the `split` tags, over the whole time range. */
export function perGroup(query: Grouped): string {
  const groups = tagNames(query.measurement, query.split).join(', ');
  const grouping = groups === '' ? '' : ` GROUP BY ${groups}`;
  return `SELECT ${functionOf(query)} FROM ${pointsOf(query)}${grouping}`;
}

/** The newest points as they are, with the given tags as columns. */
export function newest(
  query: Source & { tags: readonly string[]; limit: number /** A flag that must be set. */; flag?: Field },
): string {
  const fields = query.fields.map((field) => named(`"${field.name}"`, label(field)));
  const selected = [...tagNames(query.measurement, query.tags), ...fields].join(', ');
  const flags = query.flag === undefined ? [] : [`"${query.flag.name}" = 1`];
  return `SELECT ${selected} FROM ${pointsOf(query, flags)} ORDER BY time DESC LIMIT ${query.limit}`;
}

/** The values of a tag, for a dashboard variable. Version 3 looks back one day only, unless a time is given. */
export function tagValues(owner: Measurement, tag: string, within?: string): string {
  const scope = within === undefined ? '' : ` AND ${within}`;
  return `SHOW TAG VALUES FROM "${owner.name}" WITH KEY = "${checkedTag(owner, tag)}" WHERE time > now() - 30d${scope}`;
}

function functionOf({ fields, aggregate, inverse, split, called, none = {} }: Grouped): string {
  // InfluxDB 3 takes no column with the name of a tag that it groups by.
  const nameOf = (field: Field) => (split.includes(label(field)) ? `${label(field)} itself` : label(field));
  const functions = fields.map((field) => {
    // A count since some start begins again at a restart: that is not a loss.
    const expression =
      aggregate === 'increase'
        ? `non_negative_difference(last("${field.name}"))`
        : `${aggregate}("${field.name}")`;
    const shown = none[field.name] === undefined ? expression : `${expression} % ${none[field.name]}`;
    return inverse === undefined
      ? named(shown, called ?? nameOf(field))
      : named(`1 / ${expression}`, inverse.label);
  });
  return functions.join(', ');
}

function named(expression: string, name: string): string {
  return `${expression} AS "${name}"`;
}

function tagNames(owner: Measurement, tags: readonly string[]): string[] {
  return tags.map((tag) => `"${checkedTag(owner, tag)}"`);
}

/** The measurement, and which of its points: what follows FROM. */
function pointsOf(
  { measurement, scope, instead, where = {} }: Source,
  flags: readonly string[] = [],
): string {
  const lab = instead === 'other lab' ? '"lab" =~ /^$other_lab$/' : '"lab" =~ /^$lab$/';
  const chosen = scope === 'lab' ? [lab] : [lab, '"name" =~ /^$node$/'];
  // A collector serves all labs: it is shown whichever is chosen.
  const variables = measurement.of === undefined ? chosen : [];
  const fixed = Object.entries(where).map(([tag, value]) => {
    const name = `"${checkedTag(measurement, tag)}"`;
    return value instanceof RegExp ? `${name} =~ ${value}` : `${name} = '${value.replaceAll("'", "\\'")}'`;
  });
  const all = [...flags, ...variables, ...fixed, instead === 'earlier' ? EARLIER : '$timeFilter'];
  return `"${measurement.name}" WHERE ${all.join(' AND ')}`;
}
