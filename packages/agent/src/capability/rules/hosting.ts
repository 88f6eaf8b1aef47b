import { vendorModule } from '../advice.ts';
import { fail, type Judgement, pass, type Rule, type RuleContext, unclear, warn } from '../rule.ts';
import { setParameter } from '../set-parameter.ts';
import { cpuVirtualization } from './cpu.ts';
import { knowing } from './known-issues.ts';
import { kvmDevice, kvmModule } from './kvm.ts';

export const canHost: Rule = {
  name: 'can-host',
  question: 'Can this node host guests with KVM?',
  source:
    'Linux Documentation/virt/kvm/api.rst: a program that can open /dev/kvm can create a virtual machine',
  judge(context) {
    const { facts } = context;
    if (facts.kvmDevice.opens === true) {
      const modules = (facts.kvmModules.loaded ?? []).filter((name) => name !== 'kvm');
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

export const canNest: Rule = {
  name: 'can-nest',
  question: 'May guests of this node be hypervisors themselves?',
  source: 'Linux Documentation/virt/kvm/x86/running-nested-guests.rst',
  judge(context) {
    const { facts, found } = context;
    if (facts.kvmDevice.opens !== true || facts.architecture.supported !== true) return undefined;
    const { nested } = found.facts.kvmModules;
    if (nested.state !== 'known') return unclear(`not known: ${nested.reason}`);
    const module = vendorModule(facts) ?? 'kvm_intel';
    if (nested.value) return pass(`yes: ${module} has nested on`);
    return warn(
      `no: ${module} has nested off`,
      knowing(
        context,
        `${setParameter(facts, module, 'nested=1')}. Guests get it with <cpu mode='host-passthrough'/>`,
      ),
    );
  },
};

/** What becomes of the state of nested guests, by the virtualization of the CPU. */
const BEHAVIOUR: Readonly<Record<string, string>> = {
  svm: 'on AMD the outcome is undefined (Linux 5.8 and QEMU 5.1 have the code, without a guarantee)',
  vmx: "on Intel it requires Linux 5.3 and QEMU 4.2 or later in every layer above; the parent's verdict guest-snapshot shows whether it has them",
};

export const snapshot: Rule = {
  name: 'snapshot',
  question: 'Can this guest be saved, snapshotted or migrated now?',
  source: 'Linux Documentation/virt/kvm/x86/running-nested-guests.rst, "Live migration in the nested case"',
  judge({ facts, found, guests, isGuest }) {
    if (!isGuest) return undefined;
    const { running } = found.facts.guests;
    if (running.state !== 'known') return unclear(`not known: ${running.reason}`);
    // What QEMU emulates has no nested state in the CPU.
    const nested = guests.filter((guest) => guest.accelerator !== 'tcg');
    if (guests.length > 0 && nested.length === 0) {
      return pass('yes: the guests of this layer are emulated, without nested state in the CPU');
    }
    if (nested.length === 0) return pass('yes: no guests run in this layer');
    const count = `${nested.length} ${nested.length === 1 ? 'guest runs' : 'guests run'}`;
    const names = nested.map((guest) => guest.guest ?? '');
    const behaviour = BEHAVIOUR[facts.cpu.virtualization ?? ''] ?? 'the outcome is not known here';
    return warn(
      `not safe to snapshot or migrate now: ${count} in this layer (${names.join(', ')}); ${behaviour}`,
      `Shut the guests of this layer down first: ${names.map((name) => `virsh shutdown ${name}`).join('; ')}`,
    );
  },
};
