import { absent, known } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** Which drivers this machine's network cards need: in a guest, what the parent chose. */
export const nics = defineSource({
  name: 'nics',
  about: {
    drivers: about<readonly string[]>(
      'Network cards and their drivers, as name=driver.',
      '/sys/class/net/*/device/driver',
    ),
  },
  async read({ host }) {
    const names = await host.list('/sys/class/net');
    if (names.state !== 'known') return names;
    const found: string[] = [];
    for (const name of names.value) {
      const driver = await host.link(`/sys/class/net/${name}/device/driver`);
      if (driver.state === 'known') found.push(`${name}=${driver.value.split('/').at(-1)}`);
    }
    return { drivers: found.length > 0 ? known(found) : absent('no network card with a device') };
  },
});
