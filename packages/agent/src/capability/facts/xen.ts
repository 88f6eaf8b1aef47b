import { readDmi } from '../../host/dmi.ts';
import { absent, type Found, type Host, known, readLine, valueIn } from '../../host/host.ts';
import { namedByDmi } from '../dmi-names.ts';
import { about, defineSource } from '../fact.ts';

const FEATURES = '/sys/hypervisor/properties/features';
const CAPABILITIES = '/proc/xen/capabilities';

/** What Xen tells through its files. */
export const sysHypervisor = defineSource({
  name: 'sys_hypervisor',
  about: {
    type: about<string>('Hypervisor that sysfs names (Xen does).', '/sys/hypervisor/type'),
    xen_domain: about<'host' | 'guest'>(
      "host: this is Xen's dom0, which runs the guests. guest: this is one of them.",
      `${FEATURES} bit 11, ${CAPABILITIES} control_d`,
    ),
  },
  async read({ host }) {
    const type = await readLine(host, '/sys/hypervisor/type');
    return { type, xen_domain: await readDomain(host) };
  },
});

async function readDomain(host: Host): Promise<Found<'host' | 'guest'>> {
  const features = valueIn(await host.read(FEATURES, 64));
  const capabilities = valueIn(await host.read(CAPABILITIES, 4096));
  if (isHost(features ?? '', capabilities ?? '')) return known('host');
  if (valueIn(await host.list('/proc/xen')) !== undefined) return known('guest');
  const type = valueIn(await host.read('/sys/hypervisor/type', 64))?.trim();
  return type === 'xen' ? known('guest') : absent('no trace of Xen');
}

/** Whether this domain may control others: XENFEAT_dom0, a bit of hex digits without "0x", or the older word. */
export function isHost(features: string, capabilities: string): boolean {
  const bits = Number.parseInt(features.trim(), 16);
  return (
    (bits & (1 << 11)) !== 0 ||
    capabilities
      .trim()
      .split(/[,\s]+/)
      .includes('control_d')
  );
}

/** Whether this is the dom0 of a Xen that is on hardware: the CPU's flag then speaks of this Xen. */
export async function isXenOnHardware(host: Host): Promise<boolean> {
  if (valueIn(await readDomain(host)) !== 'host') return false;
  const text = async (name: string) => valueIn(await readDmi(host, name));
  const names = namedByDmi({
    vendor: await text('sys_vendor'),
    product: await text('product_name'),
    bios: await text('bios_vendor'),
    board: await text('board_vendor'),
    version: await text('product_version'),
  });
  return !names.some(({ sure }) => sure);
}
