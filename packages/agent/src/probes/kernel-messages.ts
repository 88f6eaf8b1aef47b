import type { Value } from './probe.ts';

/** Kinds of complaint: the counters of KernelTrouble. */
export type Trouble = Exclude<keyof Value<'kernelTrouble'>, 'sinceBoot' | 'lostRecords' | '$unknowns'>;

/** How the kernel words each (the file that prints it); the first that matches counts. */
const WORDINGS: readonly (readonly [Trouble, RegExp])[] = [
  // kernel/watchdog.c, kernel/workqueue.c, kernel/hung_task.c
  ['softLockups', /BUG: soft lockup - CPU#\d+ stuck/],
  ['hardLockups', /Watchdog detected hard LOCKUP/],
  ['workqueueLockups', /BUG: workqueue lockup - pool/],
  ['hungTasks', /INFO: task .+ blocked for more than \d+ seconds/],
  // kernel/rcu/tree_stall.h, kernel/rcu/tree_exp.h; one line for each stall, not those that follow it
  ['rcuStalls', /INFO: rcu\S* (?:self-detected stall on CPU|detected (?:expedited )?stalls on CPUs\/tasks)/],
  // kernel/time/clocksource.c, kernel/time/tsc.c, kernel/time/hrtimer.c
  ['clocksourceUnstable', /Marking clocksource '?\S+ (?:as )?unstable|Marking TSC unstable/],
  // To a clock that is dear to read; that the kernel settles on a good one while it boots is no complaint.
  [
    'clocksourceSwitches',
    /clocksource: Switched to clocksource (?:hpet|acpi_pm|pit|jiffies|refined-jiffies)/,
  ],
  ['longInterrupts', /hrtimer: interrupt took \d+ ns/],
  // mm/oom_kill.c
  ['oomKills', /Out of memory: Killed process|Memory cgroup out of memory: Killed process/],
  // block/blk-core.c, fs/ext4/super.c
  ['ioErrors', /I\/O error, dev \S+, sector|EXT4-fs error|Buffer I\/O error on dev/],
  // drivers/char/random.c, told by drivers/virt/vmgenid.c
  ['restored', /crng reseeded due to virtual machine fork/],
];

export function troubleIn(message: string): Trouble | undefined {
  return WORDINGS.find(([, wording]) => wording.test(message))?.[0];
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
