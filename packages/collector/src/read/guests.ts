import { v1 } from '@nestwatch/proto';
import { numberIn, type Row, textIn } from './cells.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

const MINUTE_MS = 60_000;

/** Everything that is known of one guest of a node from outside. Absent: not reported. */
export interface GuestRow {
  readonly guest: string;
  readonly vmm?: string;
  /** Hyper-V's enlightenments; empty where it has none. */
  readonly hyperv?: string;
  /** What becomes of its own guests when it is saved or migrated; empty where it may have none. */
  readonly nestedState?: string;
  /** As in guests.proto. */
  readonly activity?: number;
  readonly transfer?: number;
  /** CPUs of the parent that its vCPUs take. */
  readonly cpus?: number;
  readonly exitsPerSecond?: number;
  readonly firstRestSeconds?: number;
  readonly residentBytes?: number;
}

/** The guests that run on a node now, by name. */
export async function readGuests(store: Reader, lab: string, node: string): Promise<GuestRow[]> {
  const newest = (from: string, select: readonly string[], spanMs: number) =>
    ask(store, {
      select,
      from,
      where: [equals('lab', lab), equals('node', node), within(spanMs)],
      by: ['guest'],
      newest: 1,
    });
  const [usage, exits, told] = await Promise.all([
    // Not by name, because InfluxDB 3 answers nothing at all where one field has never been written.
    newest('nestwatch_guest_usage', ['*'], 10 * MINUTE_MS),
    newest('nestwatch_kvm_guest', fields('exits_per_second'), 10 * MINUTE_MS),
    newest('nestwatch_guest', ['*'], 24 * 60 * MINUTE_MS),
  ]);
  const rowOf = (series: typeof told, guest: string) =>
    series.find(({ tags }) => tags['guest'] === guest)?.rows[0];
  return usage
    .map(({ tags: { guest = '' }, rows: [row] }) => {
      const about = rowOf(told, guest);
      return {
        guest,
        vmm: textIn(about, 'vmm'),
        hyperv: textIn(about, 'hyperv'),
        nestedState: textIn(about, 'nested_state'),
        ...numbersIn(row, USAGE),
        ...numbersIn(rowOf(exits, guest), { exitsPerSecond: 'exits_per_second' }),
      };
    })
    .sort((a, b) => a.guest.localeCompare(b.guest));
}

const USAGE = {
  activity: 'activity',
  transfer: 'transfer',
  cpus: 'vcpu_run_ratio',
  firstRestSeconds: 'first_rest_seconds',
  residentBytes: 'resident_bytes',
} as const;

function numbersIn<K extends string>(row: Row | undefined, names: Readonly<Record<K, string>>) {
  const found: Partial<Record<K, number>> = {};
  for (const [key, name] of Object.entries(names) as [K, string][]) {
    const value = numberIn(row, name);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

const { STILL, SPINS, BLOCKED } = v1.GuestUsage.Activity;

/** Whether a guest does something that one that is well does not do for long. */
export function isStuck(activity: number | undefined): boolean {
  return activity === STILL || activity === SPINS || activity === BLOCKED;
}
