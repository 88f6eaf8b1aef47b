import type { Clock } from '@nestwatch/common/clock';
import type { GuestShape } from '@nestwatch/proto';
import { type Found, type Host, known } from '../host/host.ts';
import { type Examined, type RunningGuest, readGuest, readStartTicks } from './read-guest.ts';

export type GuestFinder = ReturnType<typeof createGuestFinder>;

const FINDERS = new WeakMap<Host, GuestFinder>();

/** The finder of a host for all who look again and again: a process that is new is examined for all of them together. */
export function guestFinderOf(host: Host, clock: Clock): GuestFinder {
  const finder = FINDERS.get(host) ?? createGuestFinder(host, clock);
  FINDERS.set(host, finder);
  return finder;
}

/** A new process is examined this often before it counts as no guest: it may exec its monitor a moment later. */
const MOST_TRIES = 3;
/** A pid may come back with another program, so everything is examined again after this many searches. */
const SEARCHES_BETWEEN_FULL_ONES = 60;

export function createGuestFinder(host: Host, clock: Clock) {
  let guests = new Map<number, RunningGuest>();
  /** How often a process was examined and ran no guest, by its name below /proc. */
  let tries = new Map<string, number>();
  let searches = 0;
  let found: Found<readonly GuestShape[]> | undefined;
  let foundUs = 0;

  const examine = async (pid: number): Promise<Examined> => {
    const before = guests.get(pid);
    if (before === undefined) return readGuest(host, clock, pid);
    const ticks = await readStartTicks(host, pid);
    if (ticks === before.startTicks) return before;
    return ticks === undefined ? 'none' : readGuest(host, clock, pid);
  };

  async function search(): Promise<Found<readonly GuestShape[]>> {
    const names = await host.list('/proc');
    if (names.state !== 'known') return names;
    searches += 1;
    if (searches % SEARCHES_BETWEEN_FULL_ONES === 0) tries.clear();
    await examineAll(names.value);
    return known(named([...guests.values()].sort((one, two) => one.startTicks - two.startTicks)));
  }

  async function examineAll(names: readonly string[]): Promise<void> {
    const running = new Map<number, RunningGuest>();
    const others = new Map<string, number>();
    for (const name of names) {
      const tried = tries.get(name) ?? 0;
      // Most of what is below /proc: there may be thousands, and each costs no more than this.
      if (tried >= MOST_TRIES || !PID.test(name)) {
        others.set(name, MOST_TRIES);
        continue;
      }
      const guest = await examine(Number(name));
      if (guest === 'none') others.set(name, tried + 1);
      else if (guest !== 'waiting') running.set(Number(name), guest);
    }
    guests = running;
    tries = others;
  }

  return {
    /**
     * The guests that run now, oldest first. Cheap enough for every sample: known processes are not read again.
     * @param freshMs what was found so short a time ago is taken, instead of a search
     */
    async find(freshMs = 0): Promise<Found<readonly GuestShape[]>> {
      if (found !== undefined && clock.monoUs() - foundUs < freshMs * 1000) return found;
      found = await search();
      foundUs = clock.monoUs();
      return found;
    },
  };
}

const PID = /^\d{1,10}$/;

function named(running: readonly RunningGuest[]): GuestShape[] {
  const unused = createUnusedNames();
  return running.map(({ guest }) => ({ ...guest, guest: unused(guest.guest || 'unnamed') }));
}

/** Names become tags, so a second guest of a name gets a number instead of a pid. */
export function createUnusedNames() {
  const used = new Set<string>();
  return (name: string): string => {
    let free = name;
    for (let at = 2; used.has(free); at += 1) free = `${name}-${at}`;
    used.add(free);
    return free;
  };
}
