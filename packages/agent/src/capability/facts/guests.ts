import type { GuestShape } from '@nestwatch/proto';
import { known } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** The guests that run here now, added up. Who they are is told apart, in the list of guests. */
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
