import { pass, type Rule, unclear, warn } from '../rule.ts';

/** Clocksources that are read without an exit. */
const CHEAP = [
  'tsc',
  'kvm-clock',
  'tsc-early',
  'hyperv_clocksource_tsc_page',
  'xen',
  'arch_sys_counter',
  'stp',
  'timebase',
];

export const clocksource: Rule = {
  name: 'clocksource',
  question: 'Is the time read without an exit?',
  source:
    'Linux Documentation/virt/kvm/x86/timekeeping.rst; github.com/Mellanox/mkt/pull/74: TSC marked unstable in a nested guest',
  judge({ facts, isGuest }) {
    const current = facts.clocksource.current;
    if (current === undefined) return unclear('not known: the kernel names no clocksource');
    if (CHEAP.includes(current)) return pass(current);
    const available = facts.clocksource.available ?? [];
    const better = ['tsc', 'kvm-clock'].find((name) => available.includes(name));
    const unstable = facts.clocksource.tsc === 'unstable' ? '; the kernel found the TSC unstable' : '';
    const summary = `slow: ${current} exits at each reading of the time${unstable}`;
    if (better !== undefined) {
      return warn(
        summary,
        `echo ${better} > /sys/devices/system/clocksource/clocksource0/current_clocksource, and clocksource=${better} on the kernel's command line`,
      );
    }
    if (facts.architecture.supported !== true) {
      return warn(summary, '"dmesg | grep -i clocksource" shows why no better one is used');
    }
    return isGuest
      ? warn(
          summary,
          "On the parent: virsh edit GUEST, <clock offset='utc'><timer name='kvmclock' present='yes'/><timer name='hpet' present='no'/></clock> and <cpu mode='host-passthrough'><feature policy='require' name='invtsc'/></cpu>, then shut the guest down and start it again; the parent's own clocksource must be tsc",
          'parent',
        )
      : warn(
          summary,
          '"dmesg | grep -i tsc" shows why the TSC is not used. Update the firmware, or try tsc=reliable on the kernel\'s command line',
        );
  },
};
