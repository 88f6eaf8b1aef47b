import { listOfWords, type Words } from './enumerations.ts';

/** Units that a field may have. The dashboards translate them to Grafana's. */
export type Unit =
  | 'none'
  | 'ratio'
  | 'bytes'
  | 'bytes/s'
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  | 'per second'
  | 'count'
  | 'boolean'
  | 'text';

/** gauge: a state now. rate: over the last interval. total: since some start. flag: 0 or 1. text: a string. */
export type FieldKind = 'gauge' | 'rate' | 'total' | 'flag' | 'text';

export interface Field {
  /** InfluxDB field key, snake_case, unit in the name. Equals the protobuf field's name when `from` is set. */
  readonly name: string;
  readonly unit: Unit;
  readonly kind: FieldKind;
  /** One sentence for docs/reference/metrics.md and the panels' descriptions. */
  readonly meaning: string;
  /** Dashboard and panel that show it, such as "Overhead / Steal". Absent when none does. */
  readonly panel?: string;
  /** For an enumeration that is stored as a number: what each number means. */
  readonly words?: Words;
  /** True for a field that the collector adds to the message's point, so that the message does not have it. */
  readonly computed?: true;
  /** True for a number that is stored only where it is above 0, because 0 is what it nearly always is. */
  readonly aboveZero?: true;
  /** Values from which the dashboards colour it as worth a look, and as trouble. Absent: no such value. */
  readonly bands?: { readonly warn: number; readonly critical: number };
}

export interface Measurement {
  /** InfluxDB measurement, prefixed nestwatch_. */
  readonly name: string;
  readonly meaning: string;
  /** The file, register or computation it comes from. */
  readonly source: string;
  /**
   * Where the values stand in a decoded report, such as "sample.cpuTime" or "sample.disk.devices" (a
   * repeated field gives one point for each element). Absent: the collector computes them.
   */
  readonly from?: string;
  /** Whose points these are, when not a node's: a collector stands in no lab, so that its points have only `tags`. */
  readonly of?: 'collector';
  /**
   * Tags beside lab, node, name, layer and parent, which every point of a node has. Protobuf string fields of the same message
   * (snake_case). Values must come from a bounded set: device names, never pids or texts.
   */
  readonly tags?: readonly string[];
  readonly fields: readonly Field[];
}

/** Tags that every point of a node has, all from the message's header. */
export const COMMON_TAGS = ['lab', 'node', 'name', 'layer', 'parent'] as const;

/** All tags that points of a measurement have. */
export function tagsOf({ of, tags = [] }: Measurement): string[] {
  return of === undefined ? [...COMMON_TAGS, ...tags] : [...tags];
}

/** Which extreme a field holds, by its name: of several values the greatest, or the least, stands for all. */
export function extremeOf({ name }: Field): 'max' | 'min' | undefined {
  if (/(^|_)(max|p99)(_|$)/.test(name)) return 'max';
  return /(^|_)min(_|$)/.test(name) ? 'min' : undefined;
}

/** The meaning of a field, with the words of its numbers where it is an enumeration. */
export function meaningOf({ meaning, words }: Field): string {
  return words === undefined ? meaning : `${meaning.replace(/\.$/, '')}: ${listOfWords(words)}.`;
}

/** snake_case of the catalogue and the schema to camelCase of the generated code. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
