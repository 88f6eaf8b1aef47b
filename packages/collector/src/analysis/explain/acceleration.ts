import { nodeText } from '../text.ts';
import type { CauseFinder } from './causes.ts';
import type { NodeEvidence } from './evidence.ts';

/** What to look for in facts, how it is called, and how likely its loss is the cause. */
const FEATURES = [
  { pattern: /^kvm_intel\.ept=|^ept$/, name: 'nested paging (EPT)', weight: 0.95 },
  { pattern: /^kvm_amd\.npt=|^npt$/, name: 'nested paging (NPT)', weight: 0.95 },
  { pattern: /^kvm_intel\.enable_shadow_vmcs=|^shadow_vmcs$/, name: 'VMCS shadowing', weight: 0.9 },
  {
    pattern: /^kvm_intel\.enable_apicv=|^apicv$|^kvm_amd\.avic=|^avic$/,
    name: 'interrupt virtualization',
    weight: 0.6,
  },
  {
    pattern: /^kvm_amd\.(vgif|vls)=|^vgif$|^v_vmsave_vmload$/,
    name: 'virtual GIF or VMSAVE/VMLOAD',
    weight: 0.6,
  },
];

/** An acceleration of nesting that was there before and is not now, in the node's parents' KVM or in its own CPU flags. */
export const acceleration: CauseFinder = (node) => {
  const before = itemsOf(node.before);
  const since = itemsOf(node.since);
  if (since.size === 0) return [];
  return FEATURES.flatMap(({ pattern, name, weight }) => {
    const gone = [...before].filter(
      (item) => pattern.test(item) && !since.has(item) && !/=[Nn0]$/.test(item),
    );
    if (gone.length === 0) return [];
    return [{ text: `${nodeText(node)} lost ${name} (${gone.join(', ')} before).`, weight }];
  });
};

/** Whether it is a setting or flag that `acceleration` reports. */
export function isAcceleration(item: string): boolean {
  return FEATURES.some(({ pattern }) => pattern.test(item));
}

function itemsOf({ facts }: NodeEvidence['before']): Set<string> {
  return new Set(Object.values(facts ?? {}).flatMap((value) => value.split(/[\s,]+/)));
}
