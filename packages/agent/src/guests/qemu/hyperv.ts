import type { Argument } from '../arguments.ts';
import { merged } from './machine.ts';

/** What stands among them and gives a guest nothing: names, and how strict the others are meant. */
const NO_ENLIGHTENMENT = /^(vendor-id|version-id-.*|enforce-cpuid)$/;
const MOST = 40;

/**
 * Hyper-V's enlightenments that a guest is given, which only Windows and Hyper-V ask for: names of QEMU's CPU properties
 * without "hv-", in their order, with spaces between. "passthrough" stands for all that KVM has. Empty where there is none.
 * Source: QEMU docs/system/i386/hyperv.rst. libvirt and people write them as hv_time, hv-time=on, +hv_time.
 */
export function enlightenments(args: readonly Argument[]): string {
  const given: string[] = [];
  for (const [property, value] of merged(args, 'cpu', 'model', '')) {
    const name = /^\+?hv[-_]([a-z][a-z_-]{0,30})$/.exec(property)?.[1]?.replaceAll('_', '-');
    if (name === undefined || value === 'off' || NO_ENLIGHTENMENT.test(name)) continue;
    if (!given.includes(name)) given.push(name);
  }
  return given.slice(0, MOST).join(' ');
}
