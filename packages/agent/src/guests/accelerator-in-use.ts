import type { GuestShape } from '@nestwatch/proto';
import { type Host, valueIn } from '../host/host.ts';
import type { ParsedGuest } from './qemu/guest.ts';

/** What a QEMU holds open under each accelerator. The emulator needs nothing. */
const HELD: readonly (readonly [string, RegExp])[] = [
  ['kvm', /^(anon_inode:)?\[?kvm-(vm|vcpu)/],
  ['mshv', /^\/dev\/mshv|^(anon_inode:)?\[?mshv/],
  ['xen', /^\/(dev|proc)\/xen\//],
];

/**
 * The guest with the accelerator that it uses. Where QEMU may try several, what it holds open tells
 * which it was; where that cannot be read, it stays open ("").
 */
export async function resolveAccelerator(host: Host, pid: number, parsed: ParsedGuest): Promise<GuestShape> {
  const { guest, accelerators } = parsed;
  if (accelerators === undefined) return guest;
  const files = await host.list(`/proc/${pid}/fd`);
  if (files.state !== 'known') return guest;
  const targets: string[] = [];
  for (const file of files.value) {
    const target = valueIn(await host.link(`/proc/${pid}/fd/${file}`));
    if (target !== undefined) targets.push(target);
  }
  // Files that are listed and not told are another user's.
  if (files.value.length > 0 && targets.length === 0) return guest;
  return { ...guest, accelerator: inUse(accelerators, targets) };
}

function inUse(accelerators: readonly string[], targets: readonly string[]): string {
  const holds = (name: string, held: RegExp) =>
    accelerators.includes(name) && targets.some((target) => held.test(target));
  const held = HELD.find(([name, files]) => holds(name, files))?.[0];
  if (held !== undefined) return held;
  const needsNothing = accelerators.filter((name) => !HELD.some(([needs]) => needs === name));
  return needsNothing.includes('tcg') ? 'tcg' : (needsNothing[0] ?? '');
}
