import type { NodeFacts } from './node-facts.ts';

/**
 * What a node without a parent stands on.
 * hardware: nothing is underneath. emulated: a CPU emulator, which counts as hardware. opaque: a hypervisor that has
 * no agent, so that layers count from there and ratios to it are unknown. pending: a KVM that may still report.
 */
export type Root = 'hardware' | 'emulated' | 'opaque' | 'pending';

/** Layer of a node that stands on such a root, undefined while that is open, and for people why it has it. */
export const ROOTS: Readonly<Record<Root, { layer: number | undefined; reason(under: string): string }>> = {
  hardware: { layer: 0, reason: () => 'runs on hardware' },
  emulated: { layer: 0, reason: () => 'runs on an emulated CPU, which counts as hardware' },
  opaque: {
    layer: 1,
    reason: (under) =>
      `runs on ${under}, which has no agent: layers are counted from there, and ratios to it are unknown`,
  },
  pending: {
    layer: undefined,
    reason: (under) =>
      `runs on ${under}, and no parent has reported it yet; after ten minutes it counts as layer 1`,
  },
};

/** A parent's first message may come later than its child's. The reason of a pending root says how long this is. */
export const PARENT_GRACE_US = 10 * 60e6;

/** Whose machine may have an agent that reports this node as its guest. */
const HAS_AGENT: ReadonlySet<string> = new Set(['kvm', 'qemu']);

export function rootOf(node: NodeFacts, nowUs: number): Root {
  if (node.hypervisor === 'tcg') return 'emulated';
  if (node.hypervisor === '' && node.hypervisorKnown) return 'hardware';
  if (node.cloud !== '') return 'opaque';
  if (node.hypervisor !== '' && !HAS_AGENT.has(node.hypervisor)) return 'opaque';
  return nowUs - (node.firstSeenUs ?? node.reportedUs) >= PARENT_GRACE_US ? 'opaque' : 'pending';
}
