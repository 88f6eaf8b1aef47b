import { valueIn } from '../fact.ts';
import type { Rule } from '../rule.ts';

export const opaqueRoot: Rule = {
  name: 'opaque-root',
  question: 'Can the hypervisor underneath have an agent?',
  source: 'docs/capability.md, Topology',
  judge({ hypervisor, place }) {
    if (hypervisor.state === 'unknown' || hypervisor.state === 'denied') {
      return { level: 'unknown', summary: `not known: ${hypervisor.reason}` };
    }
    const name = valueIn(hypervisor);
    if (name === undefined) return { level: 'pass', summary: 'there is none: this is hardware' };
    if (place.parent !== undefined && place.parent !== '') {
      return { level: 'pass', summary: `yes: ${place.parent} reports` };
    }
    if (name === 'kvm' || name === 'tcg') return undefined;
    return {
      level: 'info',
      summary: `no: ${name} is opaque; layers count from this node, and what ${name} costs stays unknown`,
    };
  },
};
