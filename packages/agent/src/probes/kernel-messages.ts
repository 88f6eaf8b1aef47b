import { tellsOfIoError } from './kernel-io-errors.ts';
import type { Value } from './probe.ts';

/** Kinds of complaint: the counters of KernelTrouble. */
export type Trouble = Exclude<keyof Value<'kernelTrouble'>, 'sinceBoot' | 'lostRecords' | '$unknowns'>;

/**
 * How the kernel has worded each since 2.6.18 (and the file that prints it); the first that matches counts. Of the lines
 * of one incident only that counts which every such incident has, and has once.
 */
const WORDINGS: readonly (readonly [Trouble, RegExp])[] = [
  // kernel/watchdog.c, kernel/softlockup.c, arch/x86/kernel/nmi.c
  ['softLockups', /BUG: soft lockup (?:- CPU#\d+ stuck|detected on CPU#\d+)/],
  ['hardLockups', /[Ww]atchdog detected (?:hard )?LOCKUP|detected hard LOCKUP (?:@|on other CPUs)/],
  // kernel/workqueue.c, kernel/hung_task.c
  ['workqueueLockups', /BUG: workqueue lockup - pool/],
  ['hungTasks', /INFO: task .+:\d+ blocked (?:in I\/O wait )?for more than \d+ seconds/],
  // kernel/rcu/tree_stall.h, tree_exp.h and tasks.h, kernel/rcutree.c, kernel/rcuclassic.c
  ['rcuStalls', /INFO: (?:rcu|RCU)\S* (?:self-detected stall on CPU|detected (?:expedited )?stalls? on )/],
  ['rcuStalls', /INFO: RCU detected CPU (?:\d+ stall|stalls)/],
  // kernel/time/clocksource.c, arch/x86/kernel/tsc.c. That the clocksource watchdog made the TSC unstable follows upon the
  // watchdog's own line; that the operator did is no finding.
  [
    'clocksourceUnstable',
    /Marking clocksource '?\S+ (?:as )?unstable|Clocksource \S+ unstable \(delta|read-back delay of .* marking .*unstable/,
  ],
  ['clocksourceUnstable', /Marking TSC unstable due to (?!clocksource watchdog|boot parameter)/],
  // To a clock that is expensive to read; what an ordinary start does is told apart in clocksource-settling.ts.
  [
    'clocksourceSwitches',
    /(?:Switch(?:ed|ing) to clocksource|Time:) (?:hpet|acpi_pm|pit|jiffies|refined-jiffies|hyperv_clocksource(?:_msr)?)(?!\S)/,
  ],
  // kernel/time/hrtimer.c
  ['longInterrupts', /hrtimer: interrupt (?:took \d+ ns|too slow)/],
  // mm/oom_kill.c. Before 5.3 the choice is told first ("Kill process … or sacrifice child", "… or a child") and the kill
  // in a line that begins with "Killed process", perhaps of a child: that line never counts. 2.6.18 told both with the
  // same beginning ("… and children" first).
  [
    'oomKills',
    /(?:out of memory|No available memory)[^:]*: (?:Killed process|Kill process(?!.* and children\.?$)) \d|^VM: killing process/i,
  ],
  // drivers/char/random.c, told by drivers/virt/vmgenid.c
  ['restored', /crng reseeded due to virtual machine fork/],
];

export function troubleIn(message: string): Trouble | undefined {
  const worded = WORDINGS.find(([, wording]) => wording.test(message))?.[0];
  return worded ?? (tellsOfIoError(message) ? 'ioErrors' : undefined);
}

/**
 * The message in one record of /dev/kmsg: "6,343,1305585,-;message", then lines with a blank first that are its
 * dictionary. Undefined when it is none, and in records of programs (a facility, above bit 3 of the first number, that
 * is not 0), which could say anything.
 */
export function messageIn(record: string): string | undefined {
  const match = /^(\d+),\d+,\d+,[^;]*;(.*)/.exec(record);
  return match !== null && Number(match[1]) >> 3 === 0 ? match[2] : undefined;
}
