import { count, nodeText } from '../../text.ts';
import { above } from '../cause.ts';

/** More virtual CPUs than CPUs, on any machine above. Worse when it is new. */
export const overcommit = above((node) => {
  const { guestsVcpus, cpus } = node.since;
  if (guestsVcpus === undefined || cpus === undefined || guestsVcpus <= cpus) return undefined;
  const before = node.before.guestsVcpus ?? guestsVcpus;
  const isNew = before <= (node.before.cpus ?? cpus);
  return {
    text: `${nodeText(node)} has given ${count(guestsVcpus, 'vCPU')} to its guests and has ${count(cpus, 'CPU')}${isNew ? `; before it were ${before}` : ''}.`,
    weight: isNew ? 0.5 : 0.1,
  };
});
