import { absent, type Found, type Host, known, type Missing, unknown } from '../host/host.ts';
import { parsePressure } from '../host/pressure.ts';
import { type Counters, type Deltas, ratesOf } from './deltas.ts';
import { rateProbe, type Value } from './probe.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

const RATIOS = {
  cpuSomeRatio: 'cpu.some',
  cpuFullRatio: 'cpu.full',
  memorySomeRatio: 'memory.some',
  memoryFullRatio: 'memory.full',
  ioSomeRatio: 'io.some',
  ioFullRatio: 'io.full',
} as const satisfies Partial<Record<keyof Value<'pressure'>, string>>;

/**
 * Pressure stall information, from /proc/pressure (Documentation/accounting/psi.rst). The kernel's total of
 * stalled µs is used, not its moving averages, so that the shares are those of the interval.
 */
export const pressure = () =>
  rateProbe('pressure', 'Share of time in which tasks waited for CPU, memory or disk', readTotals, shares);

/** Resources may be missing one by one; the reading is absent when all are. */
async function readTotals(host: Host): Promise<Found<{ counters: Counters }>> {
  const counters: Record<string, number> = {};
  let lack: Missing = unknown('/proc/pressure: unexpected format');
  for (const resource of RESOURCES) {
    const found = await host.read(`/proc/pressure/${resource}`);
    if (found.state === 'known') {
      for (const [name, us] of Object.entries(parsePressure(found.value)))
        counters[`${resource}.${name}`] = us;
    } else {
      lack = found;
    }
  }
  if (Object.keys(counters).length > 0) return known({ counters });
  // With psi=0 the files are missing, or there and not readable, depending on the kernel.
  const off = lack.state === 'absent' || /EOPNOTSUPP/.test(lack.reason);
  return off ? absent(`${lack.reason} (off in this kernel; psi=1 on its command line turns it on)`) : lack;
}

/** The kernel adds up at moments of its own, so that a share may come out a little above 1. */
function shares(deltas: Deltas): Value<'pressure'> {
  const shares = Object.entries(ratesOf(deltas, RATIOS, 1e-6));
  return {
    ...Object.fromEntries(shares.map(([name, share]) => [name, Math.min(1, share)])),
    resets: deltas.resets(),
  };
}
