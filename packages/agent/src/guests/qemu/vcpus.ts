import { type Argument, lastOf, readsConfig } from '../arguments.ts';
import { parseCount, propertiesOf } from '../properties.ts';
import { merged } from './machine.ts';

/**
 * Virtual CPUs that run: those of the start (`-smp 4`, `-smp cpus=2,maxcpus=4`, or sockets, cores and so on alone,
 * whose product counts; Xen's older `-vcpus 4`) and those plugged in beside them as devices.
 */
export function vcpus(args: readonly Argument[]): number | undefined {
  const smp = merged(args, 'smp', 'cpus', 'smp');
  const ofXen = lastOf(args, 'vcpus');
  if (ofXen !== undefined && smp.size === 0) return parseCount(ofXen);
  const atStart = smp.size === 0 && readsConfig(args) ? undefined : cpusAtStart(smp);
  return atStart === undefined ? undefined : atStart + pluggedCpus(args, smp);
}

const LEVELS = ['drawers', 'books', 'sockets', 'dies', 'clusters', 'modules', 'cores', 'threads'];

function cpusAtStart(smp: ReadonlyMap<string, string>): number | undefined {
  const count = smp.get('cpus') ?? smp.get('maxcpus');
  if (count !== undefined) return parseCount(count);
  return LEVELS.map((level) => smp.get(level)).reduce<number | undefined>((product, level) => {
    const count = level === undefined ? 1 : parseCount(level);
    return product === undefined || count === undefined ? undefined : product * count;
  }, 1);
}

/** `-device host-x86_64-cpu,socket-id=1,…`; one of POWER's devices is a whole core. */
function pluggedCpus(args: readonly Argument[], smp: ReadonlyMap<string, string>): number {
  const threads = parseCount(smp.get('threads')) ?? 1;
  return propertiesOf(args, 'device').reduce((sum, { head }) => {
    if (head.endsWith('-spapr-cpu-core')) return sum + threads;
    return head.endsWith('-cpu') ? sum + 1 : sum;
  }, 0);
}
