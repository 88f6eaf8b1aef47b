import type { Column } from './catalogue.ts';
import type { Aggregate, Instead, Where } from './influxql.ts';

interface Common {
  /** As in the catalogue, after the dashboard's name and the slash. */
  readonly title: string;
  /** How to read it: what is normal, and what a change means. Shown behind the panel's (i). */
  readonly how: string;
  /** Columns of the 24-column grid, and rows of 30 pixels; by default 12 and 9. */
  readonly size?: readonly [width: number, height: number];
  /** Columns beside those whose catalogue entry names this panel. */
  readonly columns?: readonly Column[];
  /**
   * Shows so much time whatever the range of the dashboard is, such as "3h": the state of what is reported once an hour
   * is not in a range of five minutes.
   */
  readonly always?: string;
}

interface Series extends Common {
  /** Which points: conditions on tags. */
  readonly where?: Where;
  /** Tags that make a line or a row of their own. Default: layer, name and node, and the measurement's own tags. */
  readonly split?: readonly string[];
  readonly aggregate?: Aggregate;
  /** Grafana's unit, where the catalogue's is not what this panel shows: such as a ratio that is a multiple. */
  readonly unit?: string;
  /** Shows one divided by the value: a throughput instead of the time for one unit. */
  readonly inverse?: { readonly label: string };
}

/** Lines over time. */
export interface Lines extends Series {
  readonly kind: 'lines';
  /** For values that differ by powers of ten from layer to layer. */
  readonly scale?: 'log';
  readonly stack?: boolean;
  /** Points that come hours apart are drawn as points, joined whatever their distance. */
  readonly sparse?: boolean;
  /** Dashed lines for orientation, such as the figures somebody else measured; named in `how`. */
  readonly references?: readonly { readonly value: number; readonly colour: string }[];
  /** Columns drawn as thin dashed lines: the ends of the band in which the others are usual. */
  readonly band?: readonly Column[];
  /** What is drawn instead of the chosen time and lab. */
  readonly instead?: Instead;
}

/** The last values, one tile for each field. */
export interface Tiles extends Common {
  readonly kind: 'tiles';
}

/** The last values as a table, one row for each combination of the `split` tags. */
export interface Table extends Series {
  readonly kind: 'table';
  /** Function and unit of single fields, by name, where they are not those of the others. */
  readonly exceptions?: Readonly<Record<string, { readonly aggregate: Aggregate; readonly unit: string }>>;
  /** The one query whose newest time is shown, as "seen". */
  readonly seen?: string;
  /** Column and direction; by default by layer, from the hypervisor downwards. */
  readonly sortBy?: { readonly column: string; readonly from: 'least' | 'most' };
  /** Columns that are needed but not worth seeing. */
  readonly hide?: readonly string[];
  /** Only this many rows are shown: the first by `sortBy`. */
  readonly most?: number;
  /** This number counts as none, so that it is not taken for the most: `level` of a verdict that is unknown. */
  readonly none?: Readonly<Record<string, number>>;
  /** Rows are shown only where this field is above zero. */
  readonly onlyAboveZero?: Column;
  /** Turns the rows into a matrix of the only field: which columns give its columns and its rows. */
  readonly matrix?: { readonly columns: string; readonly rows: string };
}

/** The middle of the time range beside that of an earlier one, or of another lab, and how many times as large it is. */
export interface Compared extends Common {
  readonly kind: 'compared';
  readonly with: Instead;
  /** Tags that make a row of their own, equal on both sides. */
  readonly split: readonly string[];
}

/** The newest points, newest first. */
export interface Log extends Common {
  readonly kind: 'log';
}

/** States over time, one band for each series. */
export interface States extends Omit<Series, 'inverse'> {
  readonly kind: 'states';
  /** Points that come hours apart: each state lasts until the next. */
  readonly sparse?: boolean;
  /** That there is a value says all: one colour, and no figure. */
  readonly present?: boolean;
}

/** Markdown, for figures to compare with. */
export interface Words extends Omit<Common, 'how'> {
  readonly kind: 'words';
  readonly markdown: string;
}

export type PanelSpec = Lines | Tiles | Table | Compared | Log | States | Words;

type Rest<S extends PanelSpec> = Omit<S, 'kind' | 'title'>;

export const lines = (title: string, rest: Rest<Lines>): Lines => ({ kind: 'lines', title, ...rest });
export const tiles = (title: string, rest: Rest<Tiles>): Tiles => ({ kind: 'tiles', title, ...rest });
export const table = (title: string, rest: Rest<Table>): Table => ({ kind: 'table', title, ...rest });
export const compared = (title: string, rest: Rest<Compared>): Compared => ({
  kind: 'compared',
  title,
  ...rest,
});
export const log = (title: string, rest: Rest<Log>): Log => ({ kind: 'log', title, ...rest });
export const states = (title: string, rest: Rest<States>): States => ({ kind: 'states', title, ...rest });
export const words = (title: string, rest: Rest<Words>): Words => ({ kind: 'words', title, ...rest });

/** A heading, which may be folded with what is below it. */
export interface Row {
  readonly row: string;
  readonly folded?: boolean;
  /** The row is there for each value of this variable, and its panels show what has the value in the tag of this name. */
  readonly forEach?: 'layer';
}

export type Item = Row | PanelSpec;

export interface DashboardSpec {
  /** As in the catalogue, before the slash. */
  readonly title: string;
  readonly description: string;
  /** Whether it shows one node at a time. */
  readonly oneNode?: boolean;
  /** Whether it compares: with an earlier time, and with another lab. */
  readonly compares?: boolean;
  /** Whether one may choose layers. */
  readonly byLayer?: boolean;
  /** Time range shown at first, such as "6h". */
  readonly range: string;
  readonly refresh: string;
  readonly items: readonly Item[];
}
