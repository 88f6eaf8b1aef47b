import { info, pass, type Rule, unclear } from '../rule.ts';

export const architecture: Rule = {
  name: 'architecture',
  question: "Are this architecture's facts understood?",
  source: 'uname(2)',
  judge({ facts }) {
    const machine = facts.architecture.machine ?? 'unknown';
    if (facts.architecture.supported === true) return pass(`yes: ${machine}`);
    return unclear(
      `unsupported architecture ${machine}: virtualization is only understood on x86_64; the rest is reported`,
    );
  },
};

export const container: Rule = {
  name: 'container',
  question: 'Does the agent see the machine itself?',
  source: 'systemd-detect-virt(1)',
  judge({ facts }) {
    const kind = facts.container.kind;
    if (kind === undefined) return pass('yes: it runs in no container');
    return info(
      `it runs in a container (${kind}): guests of the machine, its modprobe.d and its devices may be hidden from it`,
      'For the whole truth run it on the machine; or mount its / at /host and set host.root to /host, with "--pid host --device /dev/kvm"',
    );
  },
};
