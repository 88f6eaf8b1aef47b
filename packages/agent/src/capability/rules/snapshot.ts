import { pass, type Rule, unclear, warn } from '../rule.ts';

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
    const behaviour =
      facts.cpu.virtualization === 'svm'
        ? 'on AMD the outcome is undefined'
        : 'on Intel it needs Linux 5.3 and QEMU 4.2 or later in every layer above';
    return warn(
      `not safe to snapshot or migrate now: ${count} in this layer (${names.join(', ')}); ${behaviour}`,
      `Shut the guests of this layer down first: ${names.map((name) => `virsh shutdown ${name}`).join('; ')}`,
    );
  },
};
