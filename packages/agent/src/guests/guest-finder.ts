import type { Clock } from '@nestwatch/common/clock';
import type { GuestShape } from '@nestwatch/proto';
import { type Found, type Host, known } from '../host/host.ts';
import { type RunningGuest, readGuest, readStartTicks } from './guests.ts';

export interface GuestFinder {
  /** The guests that run now, oldest first. Cheap enough for every sample: known processes are not read again. */
  find(): Promise<Found<readonly GuestShape[]>>;
}

/** A new process is looked at this often before it counts as no guest: it may exec its monitor a moment later. */
const LOOKS = 3;
/** A pid may come back with another program, so everything is looked at again after so many rounds. */
const ROUNDS_BETWEEN_FULL_LOOKS = 60;

export function createGuestFinder(host: Host, clock: Clock): GuestFinder {
  let guests = new Map<number, RunningGuest>();
  let looks = new Map<number, number>();
  let round = 0;

  const look = async (pid: number): Promise<RunningGuest | 'none' | 'waiting'> => {
    const before = guests.get(pid);
    if (before !== undefined) {
      const ticks = await readStartTicks(host, pid);
      if (ticks === before.startTicks) return before;
      if (ticks === undefined) return 'none';
    }
    if ((looks.get(pid) ?? 0) >= LOOKS && before === undefined) return 'none';
    return readGuest(host, clock, pid);
  };

  return {
    async find() {
      const names = await host.list('/proc');
      if (names.state !== 'known') return names;
      round += 1;
      if (round % ROUNDS_BETWEEN_FULL_LOOKS === 0) looks.clear();
      const nextGuests = new Map<number, RunningGuest>();
      const nextLooks = new Map<number, number>();
      for (const name of names.value) {
        if (!/^\d{1,10}$/.test(name)) continue;
        const pid = Number(name);
        const guest = await look(pid);
        if (guest === 'none') nextLooks.set(pid, (looks.get(pid) ?? 0) + 1);
        else if (guest !== 'waiting') nextGuests.set(pid, guest);
      }
      guests = nextGuests;
      looks = nextLooks;
      return known(named([...guests.values()].sort((one, two) => one.startTicks - two.startTicks)));
    },
  };
}

/** Names become tags, so an unnamed guest and a second one of a name get a number instead of a pid. */
function named(running: readonly RunningGuest[]): GuestShape[] {
  const used = new Set<string>();
  return running.map(({ guest }) => {
    const name = guest.guest || 'unnamed';
    let free = name;
    for (let at = 2; used.has(free); at += 1) free = `${name}-${at}`;
    used.add(free);
    return { ...guest, guest: free };
  });
}
