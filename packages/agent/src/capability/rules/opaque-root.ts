import { valueIn } from '../../host/host.ts';
import { info, pass, type Rule, unclear } from '../rule.ts';

export const opaqueRoot: Rule = {
  name: 'opaque-root',
  question: 'Can the hypervisor underneath have an agent?',
  source: 'docs/capability.md, Topology',
  judge({ hypervisor, position }) {
    if (hypervisor.state === 'unknown' || hypervisor.state === 'denied') {
      return unclear(`not known: ${hypervisor.reason}`);
    }
    const name = valueIn(hypervisor);
    if (name === undefined) return pass('there is none: this is hardware');
    if (position.parent !== undefined && position.parent !== '') {
      return pass(`yes: ${position.parent} reports`);
    }
    if (name === 'kvm' || name === 'tcg') return undefined;
    return info(`no: ${name} is opaque; layers count from this node, and what ${name} costs stays unknown`);
  },
};
