import { createGuestFinder, type GuestFinder } from '../guests/guest-finder.ts';
import { unusedName } from '../guests/unused-name.ts';
import { type Host, valueIn } from '../host/host.ts';
import { statusLine } from '../host/process-status.ts';
import type { ProbeContext } from './probe.ts';

export interface KvmGuestName {
  guest: string;
  uuid: string;
}

/**
 * Tells which guest a folder of KVM's statistics belongs to: it is named after the thread that made the guest.
 * Looked up only when guests come or go.
 */
export function createKvmGuestNames() {
  let finder: GuestFinder | undefined;
  let key = '';
  let names = new Map<string, KvmGuestName>();
  return async (
    { host, clock }: ProbeContext,
    folders: readonly string[],
  ): Promise<ReadonlyMap<string, KvmGuestName>> => {
    if (folders.join() === key) return names;
    finder ??= createGuestFinder(host, clock);
    const found = await finder.find();
    const byPid = new Map((valueIn(found) ?? []).map((guest) => [guest.pid, guest]));
    const used = new Set<string>();
    names = new Map();
    for (const folder of folders) {
      const pid = await processOf(host, Number(folder.split('-')[0]));
      const guest = byPid.get(pid);
      const name = unusedName(guest?.guest || (await programOf(host, pid)), used);
      used.add(name);
      names.set(folder, { guest: name, uuid: guest?.uuid ?? '' });
    }
    key = folders.join();
    return names;
  };
}

/** The process that a thread belongs to; the thread itself where /proc does not say. */
async function processOf(host: Host, thread: number): Promise<number> {
  const process = statusLine(valueIn(await host.read(`/proc/${thread}/status`)) ?? '', 'Tgid');
  return Number(process ?? thread);
}

/** For monitors that are not known: the program's name, of which there are few. */
async function programOf(host: Host, pid: number): Promise<string> {
  return valueIn(await host.read(`/proc/${pid}/comm`, 64))?.trim() || 'unnamed';
}
