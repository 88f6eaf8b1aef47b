import { valueIn } from '../../host/host.ts';
import { info, pass, type Rule } from '../rule.ts';

export const container: Rule = {
  name: 'container',
  question: 'Does the agent see the machine itself?',
  source: 'systemd-detect-virt(1)',
  judge({ facts }) {
    const kind = valueIn(facts.container.kind);
    if (kind === undefined) return pass('yes: it runs in no container');
    return info(
      `it runs in a container (${kind}): guests of the machine, its modprobe.d and its devices may be hidden from it`,
      'For the whole truth run it on the machine; or mount its / at /host and set host.root to /host, with "--pid host --device /dev/kvm"',
    );
  },
};
