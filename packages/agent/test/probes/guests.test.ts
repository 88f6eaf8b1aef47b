import { v1 } from '@nestwatch/proto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProcessStat } from '../../src/host/process-stat.ts';
import { memoryIn, timesOf } from '../../src/probes/guest-process.ts';
import { guests } from '../../src/probes/guests.ts';
import { valueFrom } from '../support/replay.ts';
import { eventList, moment, textHost } from '../support/text-host.ts';

const { RUNS, STILL } = v1.GuestUsage.Activity;
const { NONE, OUTGOING } = v1.GuestUsage.Transfer;

/** A line of /proc/PID/stat with the fields that matter here. */
function stat(
  id: number,
  name: string,
  times: { user: number; system: number; guest: number; threads?: number },
) {
  const fields = Array.from({ length: 50 }, () => '0');
  const set = (field: number, value: number) => {
    fields[field - 3] = String(value);
  };
  fields[0] = 'S';
  set(12, 4);
  set(14, times.user);
  set(15, times.system);
  set(20, times.threads ?? 1);
  set(22, id * 100);
  set(43, times.guest);
  return `${id} (${name}) ${fields.join(' ')}\n`;
}

/** A QEMU with two vCPU threads and one of its own, after this many busy seconds. */
function machine(seconds: number, options: { named: boolean }) {
  const vcpu = (at: number) => (options.named ? `CPU ${at}/KVM` : 'qemu-system-x86');
  const ticks = seconds * 100;
  const thread = (tid: number, name: string, system: number, guest: number) => ({
    [`/proc/50/task/${tid}/stat`]: stat(tid, name, { user: guest, system, guest }),
    [`/proc/50/task/${tid}/schedstat`]: `${ticks} ${seconds * 250e6} 7\n`,
  });
  return textHost({
    '/proc/50/cmdline': [
      '/usr/bin/qemu-system-x86_64',
      '-accel',
      'kvm',
      '-name',
      'guest=lab2,debug-threads=on',
      '',
    ].join('\0'),
    '/proc/50/stat': stat(50, 'qemu-system-x86', {
      user: ticks * 1.5,
      system: ticks * 0.5,
      guest: ticks * 1.2,
      threads: 3,
    }),
    '/proc/50/status': 'Name:\tqemu\nVmRSS:\t  1024 kB\nVmSwap:\t     8 kB\nThreads:\t3\n',
    ...thread(50, 'qemu-system-x86', ticks * 0.1, 0),
    ...thread(51, vcpu(0), ticks * 0.2, ticks * 0.6),
    ...thread(52, vcpu(1), ticks * 0.2, ticks * 0.6),
    '/proc/1/cmdline': 'init\0',
    '/proc/1/stat': stat(1, 'init', { user: 1, system: 1, guest: 0 }),
  });
}

test.each([true, false])('CPU time of a guest, split; threads named: %s', async (named) => {
  const probe = guests();
  expect((await probe.read(moment(machine(100, { named }), 0))).state).toBe('warming-up');
  const [usage, ...rest] =
    valueFrom(await probe.read(moment(machine(110, { named }), 10_000_000))).guests ?? [];
  expect(rest).toEqual([]);
  expect(usage).toMatchObject({
    guest: 'lab2',
    vcpus: 2,
    threads: 3,
    residentBytes: 1024 ** 2,
    swappedBytes: 8192,
  });
  expect(usage?.guestRatio).toBeCloseTo(1.2);
  expect(usage?.userRatio).toBeCloseTo(0.3);
  expect(usage?.vcpuSystemRatio).toBeCloseTo(0.4);
  expect(usage?.otherSystemRatio).toBeCloseTo(0.1);
  expect(usage?.vcpuWaitRatio).toBeCloseTo(0.5);
  expect(usage?.majorFaultsPerSecond).toBe(0);
});

test('a guest that is migrated away is told of at its begin and end, and one that stands still is seen', async () => {
  const probe = guests();
  const { events, emit } = eventList();
  const at = async (seconds: number, busy: number, sends: boolean) => {
    const host = machine(busy, { named: true });
    const sending = {
      ...(sends && { '/proc/50/task/60/stat': stat(60, 'live_migration', { user: 1, system: 1, guest: 0 }) }),
    };
    const more = textHost(sending);
    const both = {
      ...host,
      read: async (path: string) => (path in sending ? more.read(path) : host.read(path)),
      list: async (path: string) => {
        const found = await host.list(path);
        return path === '/proc/50/task' && sends && found.state === 'known'
          ? { ...found, value: [...found.value, '60'] }
          : found;
      },
    };
    return valueFrom(await probe.read(moment(both, seconds * 1e6, { emit }))).guests?.[0];
  };
  await probe.read(moment(machine(100, { named: true }), 0, { emit }));
  expect(await at(10, 110, true)).toMatchObject({
    transfer: OUTGOING,
    activity: RUNS,
    vcpuRunRatio: expect.any(Number),
  });
  expect(await at(20, 110, false)).toMatchObject({ transfer: NONE, activity: STILL, vcpuRunRatio: 0 });
  expect(events.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'GUEST_TRANSFER lab2 is being saved or migrated away',
    'GUEST_TRANSFER lab2 is no longer being saved or migrated, and still runs here',
  ]);
});

test('no guest is absent, with the reason', async () => {
  expect(await guests().read(moment(textHost({ '/proc/1/cmdline': 'init\0' }), 0))).toEqual({
    state: 'absent',
    reason: 'no guest runs here',
  });
});

test('a monitor that was started again is measured from its new values on', async () => {
  const probe = guests();
  await probe.read(moment(machine(100, { named: true }), 0));
  const again = valueFrom(await probe.read(moment(machine(1, { named: true }), 10_000_000))).guests?.[0];
  expect(again).toMatchObject({ guestRatio: null, userRatio: null });
  expect(again?.resets).toBeGreaterThan(0);
});

test('lines of processes, whatever their names', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), (name, user, guest) => {
      const line = stat(7, name, { user, system: 3, guest });
      expect(timesOf(parseProcessStat(line))).toMatchObject({
        name,
        userTicks: user,
        systemTicks: 3,
        guestTicks: guest,
      });
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => timesOf(parseProcessStat(text)) === undefined || text.includes('(')),
  );
  fc.assert(
    fc.property(fc.string(), (text) =>
      Object.values(memoryIn(text)).every((bytes) => Number.isFinite(bytes)),
    ),
  );
});
