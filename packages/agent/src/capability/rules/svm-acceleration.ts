import { valueIn } from '../../host/host.ts';
import { isGuest, moduleFlag, setParameter } from '../advice/module.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

/** Parameter of kvm_amd → the CPU's feature behind it. */
const PARTS = [
  { parameter: 'nrips', feature: 'nrip_save' },
  { parameter: 'vgif', feature: 'vgif' },
  { parameter: 'vls', feature: 'v_vmsave_vmload' },
] as const;

export const svmAcceleration: Rule = {
  name: 'svm-acceleration',
  question: "Are AMD's accelerations of nesting in use (nrips, vgif, vls)?",
  source: 'AMD64 manual volume 2, sections 15.33 and 15.37; Linux arch/x86/kvm/svm/svm.c',
  judge(context) {
    const { facts } = context;
    if (
      valueIn(facts.cpu.virtualization) !== 'svm' ||
      moduleFlag(context, 'kvm_amd', 'nrips') === undefined
    ) {
      return undefined;
    }
    const off = PARTS.filter(({ parameter }) => moduleFlag(context, 'kvm_amd', parameter) === false);
    const switchedOff = off.filter(({ feature }) => valueIn(facts.svm[feature]) === true);
    if (switchedOff.length > 0) {
      const names = switchedOff.map(({ parameter }) => parameter);
      return warn(
        `slow: kvm_amd has ${names.join(', ')} off although the CPU can`,
        setParameter('kvm_amd', names.map((name) => `${name}=1`).join(' ')),
      );
    }
    if (off.length === 0) return pass(`yes: ${PARTS.map(({ parameter }) => parameter).join(', ')}`);
    const missing = off.map(({ feature }) => feature).join(', ');
    return info(
      `without ${missing}: ${isGuest(context) ? 'the parent does not let it through' : 'this CPU has none'}; guests of guests are slower for it`,
    );
  },
};
