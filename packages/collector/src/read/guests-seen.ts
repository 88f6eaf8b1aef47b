import { defined } from '@nestwatch/common/defined';
import { numberIn, type Row, textIn } from './cells.ts';
import type { GuestQuantities } from './guest-quantities.ts';
import type { Facet, KnownNode } from './nodes.ts';
import { call, type Query } from './query.ts';

/** A guest as its parent sees it now. */
export interface GuestNow extends GuestQuantities {
  /** What it did in all of the last minutes, as in guests.proto; absent where it did several things. */
  readonly steadily?: number;
  /** Whether it is on its way, as in guests.proto. */
  readonly transfer?: number;
  /** What becomes of its own guests when it is saved or migrated: kept, unproven, lost or unclear. */
  readonly nestedState?: string;
}

/** What a node measured on its guests over the last minutes, and what its parent calls it. */
export interface SeenOutside {
  /** By the guests' names here. */
  readonly guests?: Readonly<Record<string, GuestNow>>;
  /** Its own name at its parent. */
  readonly guestName?: string;
  /** Memory of its own that is used for nothing, bytes. */
  readonly memoryFreeBytes?: number;
}

type Seen = KnownNode & SeenOutside;

const SPAN_MS = 300_000;
/** Who runs here is reported hourly and at every change. */
const REPORTED_MS = 3 * 3_600_000;
const HOLDS_MS = 20_000;

/** One question about each guest of each node. What is never written together is asked apart: see InfluxDB 3. */
function ofGuests(
  from: string,
  select: Query['select'],
  take: (row: Row | undefined) => GuestNow,
  spanMs = SPAN_MS,
): Facet<Seen> {
  return {
    query: { from, select, by: ['lab', 'node', 'guest'] },
    spanMs,
    holdsMs: HOLDS_MS,
    add({ tags: { guest = '' }, rows: [row] }, { guests }) {
      return { guests: { ...guests, [guest]: { ...guests?.[guest], ...take(row) } } };
    },
  };
}

/** What a node's parent calls it. */
export const guestName: Facet<Seen> = {
  query: { from: 'nestwatch_topology', select: [call('last', 'guest')] },
  spanMs: SPAN_MS,
  holdsMs: HOLDS_MS,
  add: ({ rows: [row] }) => defined({ guestName: textIn(row, 'guest') || undefined }),
};

/** All that rules ask of guests as their parents see them. */
export const GUESTS_SEEN: readonly Facet<Seen>[] = [
  ofGuests(
    'nestwatch_guest_limits',
    [call('mean', 'throttled_ratio'), call('last', 'limit_cpus'), call('last', 'limit_group')],
    (row) =>
      defined({
        throttledRatio: numberIn(row, 'throttled_ratio'),
        limitCpus: numberIn(row, 'limit_cpus'),
        limitGroup: textIn(row, 'limit_group'),
      }),
  ),
  ofGuests(
    'nestwatch_guest_limits',
    [call('last', 'cpus_allowed'), call('last', 'nice'), call('last', 'policy')],
    (row) =>
      defined({
        cpusAllowed: numberIn(row, 'cpus_allowed'),
        nice: numberIn(row, 'nice'),
        policy: textIn(row, 'policy'),
      }),
  ),
  ofGuests('nestwatch_guest_limits', [call('last', 'weight')], (row) =>
    defined({ weight: numberIn(row, 'weight') }),
  ),
  ofGuests('nestwatch_guest_usage', [call('mean', 'major_faults_per_second'), call('last', 'vcpus')], (row) =>
    defined({
      majorFaultsPerSecond: numberIn(row, 'major_faults_per_second'),
      vcpus: numberIn(row, 'vcpus'),
    }),
  ),
  ofGuests('nestwatch_guest_memory', [call('last', 'swapped_bytes')], (row) =>
    defined({ swappedBytes: numberIn(row, 'swapped_bytes') }),
  ),
  ofGuests('nestwatch_guest_memory', [call('mean', 'memory_stall_ratio')], (row) =>
    defined({ memoryStallRatio: numberIn(row, 'memory_stall_ratio') }),
  ),
  ofGuests(
    'nestwatch_guest_usage',
    [call('min', 'activity', 'least'), call('max', 'activity', 'most'), call('last', 'transfer')],
    (row) => {
      const least = numberIn(row, 'least');
      const steadily = least === numberIn(row, 'most') ? least : undefined;
      return defined({ steadily, transfer: numberIn(row, 'transfer') });
    },
  ),
  ofGuests(
    'nestwatch_guest',
    [call('last', 'nested_state')],
    (row) => defined({ nestedState: textIn(row, 'nested_state') || undefined }),
    REPORTED_MS,
  ),
  guestName,
  {
    query: { from: 'nestwatch_memory', select: [call('mean', 'free_bytes')] },
    spanMs: SPAN_MS,
    holdsMs: HOLDS_MS,
    add: ({ rows: [row] }) => defined({ memoryFreeBytes: numberIn(row, 'free_bytes') }),
  },
];
