import { valueIn } from '../../host/host.ts';
import { pass, type Rule, unclear } from '../rule.ts';

export const architecture: Rule = {
  name: 'architecture',
  question: "Are this architecture's facts understood?",
  source: 'uname(2)',
  judge({ facts }) {
    const machine = valueIn(facts.architecture.machine) ?? 'unknown';
    if (valueIn(facts.architecture.supported) === true) return pass(`${machine} is`);
    return unclear(
      `unsupported architecture ${machine}: virtualization is only understood on x86_64; the rest is reported`,
    );
  },
};
