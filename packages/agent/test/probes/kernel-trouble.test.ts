import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterEach, expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { troubleIn } from '../../src/probes/kernel-messages.ts';
import { kernelTrouble } from '../../src/probes/kernel-trouble.ts';
import { valueFrom } from '../support/replay.ts';
import { eventList, moment } from '../support/text-host.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function rootWithLog(text: string) {
  const root = temporaryFolder('root');
  mkdirSync(join(root, 'dev'));
  const log = join(root, 'dev/kmsg');
  writeFileSync(log, text);
  return { root, append: (more: string) => appendFileSync(log, more) };
}

/** As kernels print them. */
const WORDED = {
  softLockups: 'watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [qemu-system-x86:714]',
  hardLockups: 'watchdog: Watchdog detected hard LOCKUP on cpu 3',
  workqueueLockups: 'BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!',
  hungTasks: 'INFO: task jbd2/vda1-8:213 blocked for more than 120 seconds.',
  rcuStalls: 'rcu: INFO: rcu_preempt self-detected stall on CPU',
  clocksourceSwitches: 'clocksource: Switched to clocksource hpet',
  clocksourceUnstable:
    "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:",
  longInterrupts: 'hrtimer: interrupt took 9136000 ns',
  oomKills: 'Out of memory: Killed process 123 (node) total-vm:1kB, anon-rss:1kB',
  ioErrors: 'I/O error, dev vda, sector 2048 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 2',
  restored: 'random: crng reseeded due to virtual machine fork',
} as const;

test('each complaint is told from the others, and from ordinary messages', () => {
  for (const [trouble, message] of Object.entries(WORDED)) expect(troubleIn(message)).toBe(trouble);
  expect(troubleIn('rcu: INFO: rcu_sched detected stalls on CPUs/tasks:')).toBe('rcuStalls');
  expect(troubleIn('rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-... }')).toBe(
    'rcuStalls',
  );
  expect(troubleIn('clocksource: Switched to clocksource kvm-clock')).toBeUndefined();
  expect(troubleIn('EXT4-fs (vda): mounted filesystem r/w without journal.')).toBeUndefined();
  expect(troubleIn('rcu: \t0-...!: (1 GPs behind) idle=b4c/0/0x1 softirq=1/1 fqs=0')).toBeUndefined();
});

test('what is in the log at the start is counted but is no news; what comes later is', async () => {
  const { root, append } = rootWithLog(
    `6,1,100,-;Linux version 6.1.0\n4,2,200,-;${WORDED.hungTasks}\n SUBSYSTEM=block\n DEVICE=b8:0\n`,
  );
  const probe = kernelTrouble();
  const { events, emit } = eventList();
  const read = async () => valueFrom(await probe.read(moment(createFileHost(root), 0, { emit })));
  expect(await read()).toEqual({ sinceBoot: 1, lostRecords: 0 });
  expect(await read()).toEqual({ sinceBoot: 1, lostRecords: 0 });
  append(`0,3,300,-;${WORDED.softLockups}\n`);
  append(`12,4,301,-;a program says: ${WORDED.softLockups}\n`);
  append(`5,5,400,-;${WORDED.restored}\n`);
  expect(await read()).toEqual({ sinceBoot: 3, lostRecords: 0, softLockups: 1, restored: 1 });
  expect(events).toEqual([
    { kind: 'KERNEL_TROUBLE', text: WORDED.softLockups },
    { kind: 'RESUMED', text: `restored from a snapshot: ${WORDED.restored}` },
  ]);
});

test('a flood gives few events and is counted in full', async () => {
  const { root, append } = rootWithLog('');
  const probe = kernelTrouble();
  const { events, emit } = eventList();
  await probe.read(moment(createFileHost(root), 0, { emit }));
  append(Array.from({ length: 50 }, (_, at) => `4,${at},1,-;${WORDED.longInterrupts}\n`).join(''));
  const value = valueFrom(await probe.read(moment(createFileHost(root), 0, { emit })));
  expect(value.longInterrupts).toBe(50);
  expect(events).toHaveLength(5);
});

test('no log, or no right to it, has its reason', async () => {
  expect(await kernelTrouble().read(moment(createFileHost('/nonexistent'), 0))).toMatchObject({
    state: 'absent',
    reason: '/dev/kmsg: ENOENT',
  });
});

test('the real log is read to its end without waiting, where it may be read', async () => {
  const probe = kernelTrouble();
  const reading = await probe.read(moment(createFileHost('/'), 0));
  expect(['known', 'absent', 'denied']).toContain(reading.state);
});
