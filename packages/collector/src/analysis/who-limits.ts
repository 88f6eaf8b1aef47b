import { formatPercent, significant } from '@nestwatch/common/quantities';
import type { GuestQuantities } from '../read/guest-quantities.ts';
import type { NodeState } from '../read/node-state.ts';
import { count, nodeText } from './text.ts';

type Named = Pick<NodeState, 'name' | 'layer'>;

/** What a parent's figures report the CPU time of one of its guests. */
export type CpuOfGuest = Pick<
  GuestQuantities,
  | 'throttledRatio'
  | 'limitCpus'
  | 'limitGroup'
  | 'weight'
  | 'nice'
  | 'policy'
  | 'cpusAllowed'
  | 'cpusAllowedList'
  | 'boundWith'
  | 'vcpus'
>;

/** From this share on it is worth naming. */
export const THROTTLED = 0.03;
const LONGEST_PATH = 120;

/** "guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time", as far as the last is known. */
export function throttledText(parent: Named, guest: string, cpu: CpuOfGuest): string {
  const { limitCpus = Number.NaN, limitGroup = '', throttledRatio } = cpu;
  const cpus = `${significant(limitCpus, 2).replace(/\.?0+$/, '')} ${limitCpus <= 1 ? 'CPU' : 'CPUs'}`;
  const path = limitGroup.length > LONGEST_PATH ? `…${limitGroup.slice(-LONGEST_PATH)}` : limitGroup;
  const throttled =
    throttledRatio === undefined ? '' : `; throttled ${formatPercent(throttledRatio)} of the time`;
  return `${parent.name}'s cgroup ${path} limits ${guest} to ${cpus}${throttled}`;
}

/**
 * Why a guest does not get the CPU time that it wants, as far as its parent's figures tell: a cgroup that throttles it, or how
 * it is scheduled beside what else runs there.
 */
export function whoTakes(parent: Named | undefined, guest: string, cpu: CpuOfGuest | undefined): string {
  const whose = parent === undefined ? 'its hypervisor' : nodeText(parent);
  if (parent === undefined || cpu === undefined) return `${whose} runs other work or limits it`;
  // A limit that came after the last sample but one may throttle: how much, the next one tells.
  if ((cpu.throttledRatio ?? 1) >= THROTTLED && cpu.limitCpus !== undefined)
    return throttledText(parent, guest, cpu);
  const handicaps = handicapsOf(cpu);
  if (handicaps.length > 0) return `${whose} runs other work, and ${guest} ${handicaps.join(', ')}`;
  // Where nothing was read of it, nothing is known of limits.
  if (cpu.cpusAllowed === undefined) return `${whose} runs other work or limits it`;
  return `${whose} runs other work: ${cpu.limitCpus === undefined ? 'no cgroup limits' : 'no cgroup throttles'} ${guest}`;
}

/** What makes the scheduler put it behind others. */
export function handicapsOf({
  weight,
  nice,
  policy,
  cpusAllowed,
  cpusAllowedList,
  boundWith,
  vcpus,
}: CpuOfGuest): string[] {
  const found: string[] = [];
  if (policy === 'idle' || policy === 'batch') found.push(`has the scheduling class ${policy}`);
  if (nice !== undefined && nice > 0) found.push(`has nice ${nice}`);
  if (weight !== undefined && weight < 90)
    found.push(`has the cgroup weight ${Math.round(weight)} (default 100)`);
  if (cpusAllowed !== undefined && vcpus !== undefined && cpusAllowed < vcpus) {
    found.push(`may run its ${count(vcpus, 'vCPU')} on only ${count(cpusAllowed, 'CPU')}`);
  }
  if (boundWith !== undefined && boundWith !== '') {
    found.push(`is bound to CPUs ${cpusAllowedList ?? ''} as ${boundWith.split(' ').join(', ')}`);
  }
  return found;
}
