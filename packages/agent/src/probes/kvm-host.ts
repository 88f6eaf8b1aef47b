import { type Found, type Host, known, valueIn } from '../host/host.ts';
import { createDeltaMeter, createDeltaMeters, type Deltas, fieldsOf, ratesOf } from './deltas.ts';
import {
  GAUGES,
  GUEST_GAUGES,
  GUEST_NS_RATIOS,
  GUEST_RATES,
  isOther,
  type KvmGuest,
  type KvmHost,
  NS_RATIOS,
  RATES,
} from './kvm-counters.ts';
import { createStatisticsFinder, KVM_STATISTICS, readCounters } from './kvm-debugfs.ts';
import { createKvmGuestNames } from './kvm-guest-names.ts';
import { type ProbeContext, probe } from './probe.ts';

/** Guests beyond these are counted in the sums only. */
const MOST_GUESTS = 64;
const MOST_OTHERS = 40;
const OF_GUEST = [GUEST_RATES, GUEST_NS_RATIOS, GUEST_GAUGES].flatMap((names) =>
  Object.values<string>(names),
);

/**
 * KVM's statistics on a node that runs guests, all together and for each guest, as rates
 * (Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD, names the same counters).
 */
export function kvmHost() {
  let sums = createDeltaMeter();
  const meters = createDeltaMeters<string>();
  const namesOf = createKvmGuestNames();
  const findStatistics = createStatisticsFinder();

  /** The guests' own rates. With a guest that has gone, its part of the sums went. */
  async function readGuests(context: ProbeContext, folders: readonly string[]): Promise<KvmGuest[]> {
    const names = await namesOf(context, folders);
    const here = folders.slice(0, MOST_GUESTS);
    const guests: KvmGuest[] = [];
    for (const folder of here) {
      const counters = valueIn(await readCounters(context.host, `${KVM_STATISTICS}/${folder}`, OF_GUEST));
      const deltas = counters && meters.next(folder, context.clock.monoUs(), counters);
      const name = names.get(folder);
      if (deltas && name) {
        guests.push({
          ...name,
          ...ratesOf(deltas, GUEST_RATES),
          ...ratesOf(deltas, GUEST_NS_RATIOS, 1e-9),
          ...fieldsOf(GUEST_GAUGES, (gauge) => counters[gauge]),
        });
      }
    }
    if (meters.keepOnly(new Set(here))) sums = createDeltaMeter();
    return guests;
  }

  const meaning = 'Exits, nested runs and faults of the guests that run here, from KVM';
  return probe('kvmHost', meaning, async (context) => {
    const statistics = await findStatistics(context.host);
    if (statistics.state !== 'known') return statistics;
    const { guests: folders, counters: names } = statistics.value;
    const guests = await readGuests(context, folders);
    // Nothing moves: the deepest layer, which can least afford it, is spared some sixty reads.
    if (folders.length === 0) {
      sums = createDeltaMeter();
      return readable(context.host, names);
    }
    const counters = await readCounters(context.host, KVM_STATISTICS, names);
    if (counters.state !== 'known') return counters;
    const deltas = sums.next(context.clock.monoUs(), counters.value);
    const others = names.filter(isOther).slice(0, MOST_OTHERS);
    return known({
      guestsRunning: folders.length,
      ...fieldsOf(GAUGES, (name) => counters.value[name]),
      ...(deltas && sumsOf(deltas, others)),
      guests,
    });
  });
}

/** Whether the counters may be read is asked of one of them. */
async function readable(host: Host, counters: readonly string[]): Promise<Found<KvmHost>> {
  const one = await readCounters(host, KVM_STATISTICS, counters.slice(0, 1));
  return one.state === 'known' ? known({ guestsRunning: 0 }) : one;
}

function sumsOf(deltas: Deltas, others: readonly string[]): KvmHost {
  return {
    ...ratesOf(deltas, RATES),
    ...ratesOf(deltas, NS_RATIOS, 1e-9),
    others: others.flatMap((counter) => {
      const perSecond = deltas.rate(counter);
      return perSecond === undefined ? [] : [{ counter, perSecond }];
    }),
    resets: deltas.resets(),
  };
}
