import type { GuestShape } from '@nestwatch/proto';
import { compareKernelVersions, parseKernelVersion } from '../../host/kernel-identity/kernel-version.ts';
import { givesVirtualization } from '../gives-virtualization.ts';
import { SUPPORT, type Support } from './support.ts';

/**
 * What becomes of a guest's own guests when it is saved, snapshotted or migrated. kept: as documented. unproven: the code
 * is there, and nobody promises. lost: known to fail. unclear: a version is not known.
 */
export type NestedState = 'kept' | 'unproven' | 'lost' | 'unclear';

export interface Judged {
  readonly state: NestedState;
  /** In words, with the versions that it is based on. */
  readonly why: string;
}

/** What of the node that runs the guest decides. */
export interface Runs {
  /** The kernel's version at kernel.org; undefined where it is not known. */
  readonly kernel: string | undefined;
  /** How it is built; where fixes are ported back, an old version tells nothing. */
  readonly basis: string | undefined;
  readonly virtualization: string | undefined;
  /** Whether guests may nest. */
  readonly nested: boolean | undefined;
}

/** Judges one guest; undefined where it cannot run guests of its own with KVM. */
export function nestedStateOf(guest: GuestShape, runs: Runs): Judged | undefined {
  const { vmm = '', accelerator, cpuModel } = guest;
  if (accelerator !== 'kvm' || runs.nested !== true) return undefined;
  if (vmm === 'qemu' && !givesVirtualization(cpuModel ?? '')) return undefined;
  const support = SUPPORT.find((each) => each.vmm === vmm && each.virtualization === runs.virtualization);
  if (support === undefined) return { state: 'unclear', why: `nothing is known of ${vmm}` };
  if (support.kernel === undefined || support.version === undefined) {
    return { state: 'lost', why: `reports say that ${vmm} does not keep the state of nested guests` };
  }
  return judge(support, support.kernel, support.version, guest, runs);
}

function judge(support: Support, kernel: string, version: string, guest: GuestShape, runs: Runs): Judged {
  const { vmm } = support;
  const needs = `${nameOf(vmm)} ${version} and Linux ${kernel}`;
  const isBefore = isAtLeast(runs.kernel, kernel) === false;
  const isNewEnough = isBefore && runs.basis === 'backported' ? undefined : isAtLeast(runs.kernel, kernel);
  if (isNewEnough === false)
    return { state: 'lost', why: `it requires ${needs}, and this is Linux ${runs.kernel}` };
  const least = leastVersion(guest);
  if (isNewEnough === undefined || isAtLeast(least, version) !== true) {
    // A machine type tells the oldest QEMU that has it; the one that runs may be newer.
    const unknown = isNewEnough === undefined ? 'what this kernel has' : `the version of ${nameOf(vmm)}`;
    return {
      state: 'unclear',
      why: `it requires ${needs}, and ${unknown} is not known: run ${commandFor(vmm)}`,
    };
  }
  const here = `${nameOf(vmm)} ${least} or later, Linux ${runs.kernel}`;
  return support.by === 'documented'
    ? { state: 'kept', why: `documented from ${needs} on; here: ${here}` }
    : { state: 'unproven', why: `in the code from ${needs} on, without a guarantee; here: ${here}` };
}

/** The oldest VMM that can run this guest, by its machine type, such as "pc-q35-7.2"; undefined where that does not tell. */
function leastVersion({ machine = '' }: GuestShape): string | undefined {
  return /^(?:pc|pc-q35|pc-i440fx)-(\d{1,2}\.\d{1,2})(?:\+.*)?$/.exec(machine ?? '')?.[1];
}

function isAtLeast(version: string | undefined, least: string): boolean | undefined {
  const [have, need] = [parseKernelVersion(version ?? ''), parseKernelVersion(least)];
  return have === undefined || need === undefined ? undefined : compareKernelVersions(have, need) >= 0;
}

const NAMES: Readonly<Record<string, string>> = { qemu: 'QEMU', 'cloud-hypervisor': 'Cloud Hypervisor' };
const nameOf = (vmm: string) => NAMES[vmm] ?? vmm;
const commandFor = (vmm: string) =>
  vmm === 'qemu' ? '"qemu-system-x86_64 --version"' : `"${vmm} --version"`;
