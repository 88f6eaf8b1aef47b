import { absent, type Found, type Host, known, type Missing, remark, valueIn } from '../host/host.ts';
import { listKvmModules } from '../host/kvm-modules.ts';
import { lockdownOf } from '../host/lockdown.ts';
import type { Counters } from './deltas.ts';
import { currentName, parseCounter } from './kvm-counters.ts';

const DEBUGFS = '/sys/kernel/debug';
export const KVM_STATISTICS = `${DEBUGFS}/kvm`;

/**
 * What KVM keeps statistics of: names of counters, and folders of guests, "<pid>-<fd>". Where it does not, why, and the
 * way out.
 */
async function findStatistics(host: Host): Promise<Found<{ counters: string[]; guests: string[] }>> {
  if (valueIn(await listKvmModules(host))?.length === 0) {
    return absent('the kvm module is not loaded: this machine hosts no guests');
  }
  const names = await host.list(KVM_STATISTICS);
  if (names.state !== 'known') return explain(host, names);
  const guests = names.value.filter((name) => /^\d+-\d+$/.test(name));
  return known({ guests, counters: names.value.filter((name) => /^[a-z][a-z0-9_]*$/.test(name)) });
}

/** Why there is nothing takes several files to tell, and hardly ever changes. */
const LOOKS_BETWEEN_REASONS = 6;

/** `findStatistics` for one who looks at every sample: where there was nothing, one look says whether that is still so. */
export function createStatisticsFinder(): typeof findStatistics {
  let lack: Missing | undefined;
  let looks = 0;
  return async (host) => {
    looks += 1;
    const isReasonDue = looks % LOOKS_BETWEEN_REASONS === 0;
    if (lack !== undefined && !isReasonDue && (await host.list(KVM_STATISTICS)).state !== 'known')
      return lack;
    const found = await findStatistics(host);
    lack = found.state === 'known' ? undefined : found;
    return found;
  };
}

/**
 * Reads counters below a folder, by their current names; those that do not hold one number are left out. The lack of all is
 * explained.
 */
export async function readCounters(
  host: Host,
  folder: string,
  names: readonly string[],
): Promise<Found<Counters>> {
  const counters: Record<string, number> = {};
  let lack: Missing | undefined;
  for (const name of names) {
    const found = await host.read(`${folder}/${name}`, 64);
    const value = found.state === 'known' ? parseCounter(found.value) : undefined;
    if (value !== undefined) counters[currentName(name)] = value;
    if (found.state === 'denied') lack = found;
  }
  if (lack !== undefined && Object.keys(counters).length === 0) return explain(host, lack);
  return known(counters);
}

async function explain(host: Host, lack: Missing): Promise<Missing> {
  const lockdown = await lockdownOf(host);
  if (lockdown !== undefined && lack.errno !== 'EACCES') {
    return { ...remark(lack, `kernel lockdown, ${lockdown}, closes debugfs`), state: 'denied' };
  }
  if (lack.state === 'denied') {
    return remark(lack, 'debugfs requires root: run the agent as root, or give it CAP_DAC_READ_SEARCH');
  }
  if (lack.state !== 'absent') return lack;
  const mounts = valueIn(await host.read('/proc/self/mounts'));
  if (mounts !== undefined && !/^\S+ \S+ debugfs /m.test(mounts)) {
    return remark(lack, `debugfs is not mounted: mount -t debugfs none ${DEBUGFS}`);
  }
  return remark(lack, 'no KVM module for this CPU is loaded, or it has no statistics');
}
