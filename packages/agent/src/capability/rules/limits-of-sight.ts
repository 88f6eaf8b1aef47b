import { info, pass, type Rule, unclear } from '../rule.ts';

export const architecture: Rule = {
  name: 'architecture',
  question: 'Is this architecture supported?',
  source: 'uname(2)',
  judge({ facts }) {
    const machine = facts.architecture.machine ?? 'unknown';
    if (facts.architecture.supported === true) return pass(`yes: ${machine}`);
    return unclear(
      `unsupported architecture ${machine}: virtualization is supported on x86_64 only; everything else is reported`,
    );
  },
};

export const container: Rule = {
  name: 'container',
  question: 'Does the agent see the whole machine?',
  source: 'systemd-detect-virt(1)',
  judge({ facts }) {
    const kind = facts.container.kind;
    if (kind === undefined) return pass('yes: it does not run in a container');
    return info(
      `it runs in a container (${kind}): guests of the machine, its modprobe.d and its devices may be hidden from it`,
      'Run it on the machine itself; or mount the machine\'s / at /host, set host.root to /host, and use "--pid host --device /dev/kvm"',
    );
  },
};
