import { createGuestFinder, type GuestFinder } from '../guests/guest-finder.ts';
import type { Host } from '../host/host.ts';
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
    const byPid = new Map((found.state === 'known' ? found.value : []).map((guest) => [guest.pid, guest]));
    names = new Map();
    for (const folder of folders) {
      const pid = await processOf(host, Number(folder.split('-')[0]));
      const guest = byPid.get(pid);
      const name = guest?.guest || (await programOf(host, pid));
      names.set(folder, { guest: unused(names, name), uuid: guest?.uuid ?? '' });
    }
    key = folders.join();
    return names;
  };
}

/** The process that a thread belongs to; the thread itself where /proc does not say. */
async function processOf(host: Host, thread: number): Promise<number> {
  const status = await host.read(`/proc/${thread}/status`);
  const process = status.state === 'known' ? /^Tgid:\s*(\d+)$/m.exec(status.value)?.[1] : undefined;
  return process === undefined ? thread : Number(process);
}

/** For monitors that are not known: the program's name, of which there are few. */
async function programOf(host: Host, pid: number): Promise<string> {
  const comm = await host.read(`/proc/${pid}/comm`, 64);
  return (comm.state === 'known' && comm.value.trim()) || 'unnamed';
}

/** Names become tags: a second guest of a name gets a number. */
function unused(names: ReadonlyMap<string, KvmGuestName>, name: string): string {
  const used = new Set([...names.values()].map(({ guest }) => guest));
  let free = name;
  for (let at = 2; used.has(free); at += 1) free = `${name}-${at}`;
  return free;
}
