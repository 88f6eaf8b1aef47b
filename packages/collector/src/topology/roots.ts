import type { NodeFacts } from './node-facts.ts';

/**
 * What a node without a parent stands on.
 * hardware: nothing is underneath. emulated: a CPU emulator, which counts as hardware. opaque: a hypervisor that has
 * no agent, so that layers count from there and ratios to it are unknown. pending: a KVM that may still report.
 */
export type Root = 'hardware' | 'emulated' | 'opaque' | 'pending';

/** Layer of a node that stands on such a root; undefined while that is open. */
export const ROOT_LAYER: Readonly<Record<Root, number | undefined>> = {
  hardware: 0,
  emulated: 0,
  opaque: 1,
  pending: undefined,
};

/** A parent's first message may come later than its child's. The reason of a pending root says how long this is. */
export const PARENT_GRACE_US = 10 * 60e6;

export function rootOf(node: NodeFacts, nowUs: number): Root {
  if (node.hypervisor === 'tcg') return 'emulated';
  if (node.hypervisor === '' && node.hypervisorKnown) return 'hardware';
  if (node.cloud !== '') return 'opaque';
  if (node.hypervisor !== '' && node.hypervisor !== 'kvm') return 'opaque';
  return nowUs - (node.firstSeenUs ?? node.reportedUs) >= PARENT_GRACE_US ? 'opaque' : 'pending';
}

/** Why such a root has the layer it has, for people. */
export function rootReason(node: NodeFacts, root: Root): string {
  const under = node.cloud || node.hypervisor || 'a hypervisor that could not be told';
  switch (root) {
    case 'hardware':
      return 'runs on hardware';
    case 'emulated':
      return 'runs on an emulated CPU, which counts as hardware';
    case 'opaque':
      return `runs on ${under} without an agent: layers count from there, ratios to it are unknown`;
    case 'pending':
      return `runs on ${under}, and no parent has reported it yet; from ten minutes on it counts as layer 1`;
  }
}
