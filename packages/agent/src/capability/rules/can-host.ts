import { fail, type Judgement, pass, type Rule, type RuleContext } from '../rule.ts';
import { cpuVirtualization } from './cpu-virtualization.ts';
import { kvmDevice } from './kvm-device.ts';
import { kvmModule } from './kvm-module.ts';

export const canHost: Rule = {
  name: 'can-host',
  question: 'Can this node host guests with KVM?',
  source: 'Linux Documentation/virt/kvm/api.rst: whoever can open /dev/kvm can make a virtual machine',
  judge(context) {
    const { kvmDevice, kvmModules } = context.facts;
    if (kvmDevice.opens === true) {
      const modules = (kvmModules.loaded ?? []).filter((name) => name !== 'kvm');
      return pass(`yes: /dev/kvm opens${modules.length > 0 ? `, by ${modules.join(', ')}` : ''}`);
    }
    return { ...firstCause(context), level: 'fail' };
  },
};

/** The first thing that is missing is the one to do something about: the others follow from it. */
function firstCause(context: RuleContext): Judgement {
  for (const rule of [cpuVirtualization, kvmModule, kvmDevice]) {
    const judgement = rule.judge(context);
    if (judgement?.level === 'fail') {
      return { ...judgement, summary: `no: ${withSubject(rule.name, judgement.summary)}` };
    }
  }
  return fail('no: /dev/kvm does not open');
}

/** The rules answer questions that name their subject: here "it" must be said. */
const SUBJECTS: Readonly<Record<string, string>> = {
  'cpu-virtualization': 'the CPU',
  'kvm-device': '/dev/kvm',
};

function withSubject(rule: string, summary: string): string {
  const subject = SUBJECTS[rule];
  return subject === undefined ? summary : summary.replace(/^it\b/, subject);
}
