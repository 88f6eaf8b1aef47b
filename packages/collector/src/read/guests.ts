import { v1 } from '@nestwatch/proto';
import { numberIn, type Row, type Tags, textIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, before, equals, fields, type Reader, since, within } from './query.ts';

const MINUTE_MS = 60_000;

/** Everything that is known of one guest of a node from outside. Absent: not reported. */
export interface GuestRow {
  /** The machine that runs it. */
  readonly node: string;
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
export function readGuests(store: Reader, lab: string, node: string): Promise<GuestRow[]> {
  const of = [equals('lab', lab), equals('node', node)];
  return readRows(store, [...of, within(10 * MINUTE_MS)], [...of, within(DAY_MS)]);
}

/** The guests of a whole lab as they were seen last in a span of time, µs since 1970, by name. */
export function readGuestsOfLab(
  store: Reader,
  lab: string,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Promise<GuestRow[]> {
  const of = [equals('lab', lab), before(toUs)];
  return readRows(store, [...of, since(fromUs)], [...of, since(fromUs - DAY_MS * 1000)]);
}

/** @param told where is looked for what is only told at changes and hourly */
async function readRows(
  store: Reader,
  measured: readonly string[],
  told: readonly string[],
): Promise<GuestRow[]> {
  const newest = (from: string, select: readonly string[], where: readonly string[]) =>
    ask(store, { select, from, where, by: ['node', 'guest'], newest: 1 });
  const [usage, exits, guests] = await Promise.all([
    // Not by name, because InfluxDB 3 answers nothing at all where one field has never been written.
    newest('nestwatch_guest_usage', ['*'], measured),
    newest('nestwatch_kvm_guest', fields('exits_per_second'), measured),
    newest('nestwatch_guest', ['*'], told),
  ]);
  const rowOf = (series: typeof guests, own: Tags) =>
    series.find(({ tags }) => tags['node'] === own['node'] && tags['guest'] === own['guest'])?.rows[0];
  return usage
    .map(({ tags, rows: [row] }) => {
      const about = rowOf(guests, tags);
      return {
        node: tags['node'] ?? '',
        guest: tags['guest'] ?? '',
        vmm: textIn(about, 'vmm'),
        hyperv: textIn(about, 'hyperv'),
        nestedState: textIn(about, 'nested_state'),
        ...numbersIn(row, USAGE),
        ...numbersIn(rowOf(exits, tags), { exitsPerSecond: 'exits_per_second' }),
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
