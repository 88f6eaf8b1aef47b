import type { GuestShape } from '@nestwatch/proto';
import { known, parseFound, valueIn } from '../../host/host.ts';
import { about, defineSource, listOf } from '../fact.ts';

const FOLDERS = ['/usr/bin', '/usr/libexec', '/usr/local/bin', '/usr/sbin'];
const PROGRAM =
  /^(qemu-system-(x86_64|aarch64|i386)|qemu-kvm|firecracker|cloud-hypervisor|crosvm|lkvm|libvirtd|virtqemud)$/;

/** What is installed to run guests. */
export const vmmPrograms = defineSource({
  name: 'vmm',
  about: {
    programs: about<readonly string[]>('Programs that run guests.', FOLDERS.join(', ')),
    vhost_net: about<boolean>('Whether the kernel can carry packets of guests itself.', '/dev/vhost-net'),
    tun: about<boolean>('Whether guests can have tap devices.', '/dev/net/tun'),
  },
  async read({ host }) {
    const programs: string[] = [];
    for (const folder of FOLDERS) {
      const names = valueIn(await host.list(folder)) ?? [];
      programs.push(...names.filter((name) => PROGRAM.test(name)).map((name) => `${folder}/${name}`));
    }
    const dev = await host.list('/dev');
    const net = await host.list('/dev/net');
    return {
      programs: listOf(programs, 'no program that runs guests is installed'),
      vhost_net: parseFound(dev, (names) => names.includes('vhost-net'), ''),
      tun: net.state === 'unknown' ? net : known(net.state === 'known' && net.value.includes('tun')),
    };
  },
});

/** The guests that run here now, added up. The list of guests has each one. */
export const guests = defineSource({
  name: 'guests',
  about: {
    running: about<number>('Guests that run here now.', '/proc/*/cmdline', { volatile: true }),
    vcpus: about<number>('Virtual CPUs given to them.', '/proc/*/cmdline', { volatile: true }),
    memory_bytes: about<number>('Memory given to them.', '/proc/*/cmdline', { volatile: true }),
  },
  async read({ guests: found }) {
    if (found.state !== 'known') return found;
    const sum = (of: (guest: GuestShape) => number | null | undefined) =>
      known(found.value.reduce((total, guest) => total + (of(guest) ?? 0), 0));
    return {
      running: known(found.value.length),
      vcpus: sum((guest) => guest.vcpus),
      memory_bytes: sum((guest) => guest.memoryBytes),
    };
  },
});
