import { valueIn } from '../../host/host.ts';
import type { Rule } from '../rule.ts';

export const architecture: Rule = {
  name: 'architecture',
  question: "Are this architecture's facts understood?",
  source: 'uname(2)',
  judge({ facts }) {
    const machine = valueIn(facts.architecture.machine) ?? 'unknown';
    if (valueIn(facts.architecture.supported) === true) return { level: 'pass', summary: `${machine} is` };
    return {
      level: 'unknown',
      summary: `unsupported architecture ${machine}: virtualization is only understood on x86_64; the rest is reported`,
    };
  },
};
