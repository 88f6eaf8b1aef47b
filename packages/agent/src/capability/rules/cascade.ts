import type { LayerPosition } from '../fact.ts';
import { info, pass, type Rule, unclear, warn } from '../rule.ts';

const DEEP = 3;

export const depth: Rule = {
  name: 'depth',
  question: 'How deep in the cascade is this node?',
  source:
    'Lim et al., "NEVE"/DVH, ASPLOS 2020, table 3: a hypercall costs 1,575, 37,733 and 857,578 cycles in layers 1, 2 and 3',
  judge({ facts, position }) {
    if (position.layer === undefined) return undefined;
    if (position.layer < DEEP) return pass(`layer ${position.layer}`);
    return warn(
      `layer ${position.layer}: each layer makes an exit about twenty times more expensive`,
      `Check whether one layer less is enough${measured(facts.exitCost.median_us, position)}: start what runs here as a guest of the parent, or merge the two layers above`,
      'parent',
    );
  },
};

/** What the layer costs, measured: here, and where the parent's own figure is known, as a ratio to it. */
function measured(exitUs: number | undefined, { parent, parentExitUs }: LayerPosition): string {
  if (exitUs === undefined) return '';
  const here = `one exit costs ${figure(exitUs)} µs here`;
  if (parentExitUs === undefined) return ` (${here})`;
  return ` (${here}, ${figure(exitUs / parentExitUs)} times the ${figure(parentExitUs)} µs on ${parent || 'its parent'})`;
}

const figure = (value: number) => (value >= 100 ? value.toFixed(0) : String(+value.toPrecision(3)));

export const opaqueRoot: Rule = {
  name: 'opaque-root',
  question: 'Can the hypervisor underneath have an agent?',
  source: 'docs/design/topology.md',
  judge({ facts, found: { hypervisor }, position }) {
    if (hypervisor.state === 'absent') {
      const isDom0 = facts.sysHypervisor.xen_domain === 'host';
      return pass(
        `there is none: ${isDom0 ? 'Xen is on hardware, and this is its dom0' : 'this is hardware'}`,
      );
    }
    if (hypervisor.state !== 'known') return unclear(`not known: ${hypervisor.reason}`);
    const name = hypervisor.value;
    if (position.parent) return pass(`yes: ${position.parent} reports`);
    if (name === 'kvm' || name === 'tcg' || name === 'qemu') return undefined;
    return info(
      `no: ${name} is opaque. Layers are counted from this node, and the cost of ${name} is unknown`,
    );
  },
};
