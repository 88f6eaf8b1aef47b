import type { GuestNicShape } from '@nestwatch/proto';
import { normaliseMac } from '../../host/identity/identity.ts';
import type { Argument } from '../arguments.ts';
import { type Properties, propertiesOf } from '../properties.ts';
import { defaultsOf } from './defaults.ts';

const NIC_DRIVER =
  /^(virtio-net|vhost-user-net|e1000|igb|rtl8139|vmxnet3|ne2k|pcnet|i8255|tulip|usb-net|smc91|lan9118|spapr-vlan|xen-net-device|rocker)/;

/** QEMU's own range: 52:54:00:12:34:56 for the first card without an address, then counting up. */
const DEFAULT_PREFIX = '52:54:00:12:34:';
const FIRST_DEFAULT = 0x56;

/** Network cards in the order in which QEMU makes them, which decides who gets which default address. */
export function nics(args: readonly Argument[], machine: string): GuestNicShape[] {
  const cards = [...legacyCards(args), ...deviceCards(args)];
  const noneAsked = !args.some(([option]) => ['nic', 'net', 'netdev', 'nodefaults'].includes(option));
  const model = defaultsOf(machine).nic;
  if (noneAsked && cards.length === 0 && model !== undefined) cards.push({ model, mac: undefined });
  return withDefaults(cards);
}

interface Card {
  model: string;
  mac: string | undefined;
}

/** `-nic user,model=…,mac=…` and `-net nic,model=…,macaddr=…`. */
function legacyCards(args: readonly Argument[]): Card[] {
  const nic = propertiesOf(args, 'nic').filter(({ head }) => head !== 'none');
  const net = propertiesOf(args, 'net').filter(({ head }) => head === 'nic');
  return [...nic, ...net].map((properties) => ({
    model: modelName(properties.values.get('model') ?? ''),
    mac: address(properties, 'mac', 'macaddr'),
  }));
}

function deviceCards(args: readonly Argument[]): Card[] {
  return propertiesOf(args, 'device')
    .filter(({ head }) => NIC_DRIVER.test(head))
    .map((properties) => ({ model: modelName(properties.head), mac: address(properties, 'mac') }));
}

function address({ values }: Properties, ...names: string[]): string | undefined {
  const given = names.map((name) => values.get(name)).find((value) => value !== undefined);
  return given === undefined ? undefined : normaliseMac(given);
}

/** As QEMU's net_macaddr functions do: an address that somebody chose from the range is taken. */
function withDefaults(cards: readonly Card[]): GuestNicShape[] {
  const taken = new Set(cards.map((card) => card.mac));
  return cards.map(({ model, mac }) => {
    if (mac !== undefined) return { model, mac, defaultMac: false };
    let last = FIRST_DEFAULT;
    while (last < 0xff && taken.has(DEFAULT_PREFIX + last.toString(16))) last += 1;
    const free = DEFAULT_PREFIX + last.toString(16);
    taken.add(free);
    return { model, mac: free, defaultMac: true };
  });
}

function modelName(driver: string): string {
  return /^virtio/.test(driver) ? 'virtio' : driver;
}
