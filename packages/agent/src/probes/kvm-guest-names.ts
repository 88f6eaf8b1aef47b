import { createUnusedNames, type GuestFinder, guestFinderOf } from '../guests/guest-finder.ts';
import { type Host, valueIn } from '../host/host.ts';
import { processOf } from '../host/process-stat.ts';
import type { ProbeContext } from './probe.ts';

/**
 * Tells which guest a folder of KVM's statistics belongs to: it is named after the thread that made the guest.
 * Looked up only when guests come or go.
 */
export function createKvmGuestNames() {
  let finder: GuestFinder | undefined;
  let key = '';
  let names = new Map<string, { guest: string; uuid: string }>();
  return async ({ host, clock }: ProbeContext, folders: readonly string[]) => {
    if (folders.join() === key) return names;
    finder ??= guestFinderOf(host, clock);
    const running = valueIn(await finder.find()) ?? [];
    const byPid = new Map(running.map((guest) => [guest.pid, guest]));
    const unused = createUnusedNames();
    names = new Map();
    for (const folder of folders) {
      const pid = await processOf(host, Number(folder.split('-')[0]));
      const guest = byPid.get(pid);
      const name = unused(guest?.guest || (await programOf(host, pid)));
      names.set(folder, { guest: name, uuid: guest?.uuid ?? '' });
    }
    key = folders.join();
    return names;
  };
}

/** For monitors that are not known: the program's name, of which there are few. */
async function programOf(host: Host, pid: number): Promise<string> {
  return valueIn(await host.read(`/proc/${pid}/comm`, 64))?.trim() || 'unnamed';
}
