import { countOf, type Range, type Ranges, subtract, union } from '@nestwatch/common/ranges';

/** What is known of the messages of one run of one agent. States of the same run merge, in any order. */
export interface DeliveryState {
  readonly runId: string;
  readonly written: Ranges;
  readonly dead: Ranges;
  readonly dropped: Ranges;
  /** Of those written, the ones that were older than what InfluxDB keeps: they are confirmed and not stored. */
  readonly expired: Ranges;
  /** In InfluxDB, though no state reported it: who wrote these may still tell, and then they were received once. */
  readonly found: Ranges;
  /** Up to here the agent had freed everything, by its own word. */
  readonly freed: number;
  readonly received: number;
  readonly duplicates: number;
  /** Wall clock of the node when a later run began, µs since 1970; undefined while none has. */
  readonly closedUs: number | undefined;
  /** What that later run then still held of this one. */
  readonly held: Ranges;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastWallUs: number;
  readonly name: string;
  readonly layer: number | undefined;
  readonly parent: string;
  /** The last merge of each of the collectors that merged last, the newest at the end. */
  readonly merges: readonly Merge[];
}

/** States of runs by `<lab>.<node>.<run id>`: what of a Map is asked for. */
export interface StatesByKey extends Iterable<[string, DeliveryState]> {
  has(key: string): boolean;
  get(key: string): DeliveryState | undefined;
  keys(): IterableIterator<string>;
}

export interface Merge {
  readonly collector: string;
  readonly number: number;
}

/** A collector that waits for an answer finds its merge unless this many others merged meanwhile. */
const MOST_MERGES = 16;

/**
 * Most runs of numbers that one set keeps. Beyond, the highest are forgotten: that is safe, because what is not known
 * as confirmed is sent again, while claiming what is not known would lose it.
 */
const MOST_RANGES = 2000;

export function emptyState(runId: string): DeliveryState {
  return {
    runId,
    written: [],
    dead: [],
    dropped: [],
    expired: [],
    found: [],
    freed: 0,
    received: 0,
    duplicates: 0,
    closedUs: undefined,
    held: [],
    firstUs: 0,
    lastUs: 0,
    lastWallUs: 0,
    name: '',
    layer: undefined,
    parent: '',
    merges: [],
  };
}

/** Everything that nobody needs to send again. */
export function confirmedOf(state: DeliveryState): Ranges {
  const freed: Range[] = state.freed > 0 ? [[1, state.freed]] : [];
  return union(state.written, state.dead, state.dropped, state.found, freed);
}

/**
 * Adds what one collector learnt meanwhile. `received` of `changes` counts messages; which of them were repetitions is
 * found by comparing with what was confirmed before.
 */
export function merge(base: DeliveryState, changes: DeliveryState): DeliveryState {
  const added = union(changes.written, changes.dead);
  const fresh = countOf(subtract(added, union(base.written, base.dead)));
  const closing = (changes.closedUs ?? -1) > (base.closedUs ?? -1) ? changes : base;
  const newest = changes.lastWallUs >= base.lastWallUs ? changes : base;
  return {
    runId: base.runId,
    written: bounded(union(base.written, changes.written)),
    dead: bounded(union(base.dead, changes.dead)),
    dropped: bounded(union(base.dropped, changes.dropped)),
    expired: bounded(union(base.expired, changes.expired)),
    found: bounded(union(base.found, changes.found)),
    freed: Math.max(base.freed, changes.freed),
    received: base.received + changes.received,
    duplicates: base.duplicates + changes.duplicates + Math.max(0, changes.received - fresh),
    closedUs: closing.closedUs,
    held: closing.held,
    firstUs: base.firstUs === 0 ? changes.firstUs : Math.min(base.firstUs, changes.firstUs || base.firstUs),
    lastUs: Math.max(base.lastUs, changes.lastUs),
    lastWallUs: newest.lastWallUs,
    name: newest.name || base.name,
    layer: newest.layer ?? base.layer,
    parent: newest.parent || base.parent,
    merges: lastOf(base.merges, changes.merges),
  };
}

/** Whether changes were merged in, even if others merged more since. */
export function hasMerge({ merges }: DeliveryState, { collector, number }: Merge): boolean {
  return merges.some((each) => each.collector === collector && each.number >= number);
}

function lastOf(before: readonly Merge[], added: readonly Merge[]): readonly Merge[] {
  if (added.length === 0) return before;
  const others = before.filter(({ collector }) => !added.some((each) => each.collector === collector));
  return [...others, ...added].slice(-MOST_MERGES);
}

function bounded(set: Ranges): Ranges {
  return set.length > MOST_RANGES ? set.slice(0, MOST_RANGES) : set;
}
