import { absent, type Host, known, readParsed } from '../host/host.ts';
import { type Counters, createDeltaMeters, ratesOf } from './deltas.ts';
import { probe, type Value, warmingUp } from './probe.ts';

type NetDevice = NonNullable<Value<'net'>['devices']>[number];

/** Columns of /proc/net/dev that are used: 0 to 7 are received, 8 to 15 sent (net/core/net-procfs.c). */
const COLUMNS = {
  receivedBytesPerSecond: '0',
  receivedPacketsPerSecond: '1',
  receivedErrorsPerSecond: '2',
  receivedDropsPerSecond: '3',
  sentBytesPerSecond: '8',
  sentPacketsPerSecond: '9',
  sentErrorsPerSecond: '10',
  sentDropsPerSecond: '11',
} as const;

/** Names of devices with hardware behind them, for machines that do not show /sys. */
const HARDWARE_NAME = /^(?:eth\d|en[a-z0-9]+$|wl[a-z0-9]+$|ib\d)/;

const MOST_DEVICES = 32;

/**
 * Throughput, drops and errors, from /proc/net/dev. Only devices with hardware, real or virtual, behind them:
 * the taps, bridges and veths of guests and containers come and go under ever new names.
 */
export function net() {
  const meters = createDeltaMeters<string>();
  const hardwareOnly = createHardwareFilter();
  return probe('net', 'Throughput, drops and errors of each network device', async ({ host, clock }) => {
    const all = await readParsed(host, '/proc/net/dev', parseNetDev);
    if (all.state !== 'known') return all;
    const hardware = await hardwareOnly(host, all.value.keys());
    meters.keepOnly(new Set(hardware));
    if (hardware.length === 0) return absent('/proc/net/dev: no device with hardware');
    const monoUs = clock.monoUs();
    const devices: NetDevice[] = [];
    for (const device of hardware) {
      const deltas = meters.next(device, monoUs, all.value.get(device) ?? {});
      if (deltas !== undefined)
        devices.push({ device, ...ratesOf(deltas, COLUMNS), resets: deltas.resets() });
    }
    return devices.length === 0 ? warmingUp : known({ devices });
  });
}

/** Tells devices with hardware behind them; asks once for each name for as long as it is there. */
function createHardwareFilter() {
  let known = new Map<string, boolean>();
  return async (host: Host, names: Iterable<string>): Promise<string[]> => {
    const next = new Map<string, boolean>();
    for (const name of names) next.set(name, known.get(name) ?? (await hasHardware(host, name)));
    known = next;
    return [...next].flatMap(([name, is]) => (is ? [name] : [])).slice(0, MOST_DEVICES);
  };
}

async function hasHardware(host: Host, name: string): Promise<boolean> {
  const seen = await host.list(`/sys/class/net/${name}`);
  return seen.state === 'known' ? seen.value.includes('device') : HARDWARE_NAME.test(name);
}

/** Counters of each device, by column. Undefined when no line has the file's shape. */
export function parseNetDev(text: string): Map<string, Counters> | undefined {
  const devices = new Map<string, Counters>();
  for (const [, name = '', columns = ''] of text.matchAll(/^ *([^\s:]+): *([\d ]+)$/gm)) {
    const numbers = columns.trim().split(/ +/).map(Number);
    if (numbers.length >= 16) devices.set(name, Object.fromEntries(numbers.entries()));
  }
  return devices.size === 0 ? undefined : devices;
}
