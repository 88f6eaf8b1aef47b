import type { LabAddress } from '../../src/web/address/lab-address.ts';
import type { LabView, NodeView } from '../../src/web/view/view.ts';

export const NOW_US = 1_800_000_000_000_000;

/** A machine of which only some is of interest. */
export function machine(node: string, own: Partial<NodeView> = {}): NodeView {
  return {
    ...{ lab: 'a', node, name: node, lastSeenUs: NOW_US, silent: false },
    ...{ capability: {}, verdicts: [], metrics: {}, benchmarks: [] },
    ...own,
  };
}

/** A lab of some machines in the last hour. */
export function labOf(nodes: readonly NodeView[], own: Partial<LabView> = {}): LabView {
  return {
    ...{ lab: 'a', labs: ['a'], nowUs: NOW_US, fromUs: NOW_US - 3600e6, isLive: true, thinned: {} },
    ...{ alerts: [], events: [] },
    nodes,
    ...own,
  };
}

export const ADDRESS: LabAddress = { lab: 'a', show: 'slowdown', span: '1h', unfold: [] };

/** What a page of it is made of. */
export function partOf(view: LabView, address = ADDRESS) {
  const changes = { lab: view.lab, sinceUs: view.fromUs, toUs: view.nowUs, changes: [], notes: [] };
  return { view, address, changes, problems: [] };
}
