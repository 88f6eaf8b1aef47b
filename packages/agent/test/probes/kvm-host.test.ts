import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { kvmHost } from '../../src/probes/kvm-host.ts';
import { valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

const DEBUG = '/sys/kernel/debug/kvm';

/** A machine with KVM's module, and its statistics by folder below debugfs. */
function kvmMachine(
  folders: Record<string, Record<string, number | string>>,
  more: Record<string, string> = {},
) {
  const files: Record<string, string> = { '/sys/module/kvm/parameters/halt_poll_ns': '200000\n', ...more };
  for (const [folder, counters] of Object.entries(folders)) {
    for (const [name, value] of Object.entries(counters)) {
      files[`${DEBUG}${folder}/${name}`] = typeof value === 'number' ? `${value}\n` : value;
    }
  }
  return textHost(files);
}

/** What the finder and the probe look at of a QEMU with this pid. */
function qemu(pid: number, name: string): Record<string, string> {
  return {
    [`/proc/${pid}/cmdline`]: [
      'qemu-system-x86_64',
      '-accel',
      'kvm',
      '-name',
      name,
      '-uuid',
      `00000000-0000-4000-8000-0000000000${pid}`,
      '',
    ].join('\0'),
    [`/proc/${pid}/stat`]: `${pid} (qemu-system-x86) S 1 ${'0 '.repeat(17)}${pid * 100} 0 0 ${'0 '.repeat(30)}\n`,
    [`/proc/${pid}/status`]: `Name:\tqemu-system-x86\nTgid:\t${pid}\n`,
  };
}

test('sums and each guest as rates; unknown names are passed on, histograms are not', async () => {
  const probe = kvmHost();
  const at = (exits: number, nested: number, strange: number) =>
    kvmMachine(
      {
        '': {
          exits,
          nested_run: nested,
          guest_mode: 1,
          pages_2m: 7,
          halt_poll_fail_ns: exits * 1000,
          new_thing: strange,
          halt_wait_hist: '1 2 3\n',
        },
        '/20-11': { exits, nested_run: nested, tlb_flush: 3 },
      },
      qemu(20, 'guest2'),
    );
  expect(valueFrom(await probe.read(moment(at(1000, 10, 5), 0)))).toEqual({
    guestsRunning: 1,
    guestMode: 1,
    pages2m: 7,
    guests: [],
  });
  const value = valueFrom(await probe.read(moment(at(21_000, 30, 25), 10_000_000)));
  expect(value).toEqual({
    guestsRunning: 1,
    guestMode: 1,
    pages2m: 7,
    exitsPerSecond: 2000,
    nestedRunPerSecond: 2,
    haltPollFailRatio: 0.002,
    others: [{ counter: 'new_thing', perSecond: 2 }],
    resets: 0,
    guests: [
      {
        guest: 'guest2',
        uuid: '00000000-0000-4000-8000-000000000020',
        exitsPerSecond: 2000,
        nestedRunPerSecond: 2,
        tlbFlushPerSecond: 0,
      },
    ],
  });
});

test('a guest that ends takes its part of the sums with it: no spike, nothing negative', async () => {
  const probe = kvmHost();
  const two = (a: number, b: number) =>
    kvmMachine(
      { '': { exits: a + b }, '/20-11': { exits: a }, '/30-11': { exits: b } },
      { ...qemu(20, 'a'), ...qemu(30, 'b') },
    );
  const one = (a: number) => kvmMachine({ '': { exits: a }, '/20-11': { exits: a } }, qemu(20, 'a'));
  await probe.read(moment(two(100, 1_000_000), 0));
  const ended = valueFrom(await probe.read(moment(one(2_000_100), 10_000_000)));
  expect(ended.exitsPerSecond).toBeUndefined();
  expect(ended.guests).toMatchObject([{ guest: 'a', exitsPerSecond: 200_000 }]);
  const after = valueFrom(await probe.read(moment(one(2_000_200), 20_000_000)));
  expect(after).toMatchObject({ guestsRunning: 1, exitsPerSecond: 10 });
});

test('guests of one name, and of monitors that are not known, stay apart', async () => {
  const probe = kvmHost();
  const host = kvmMachine(
    { '': { exits: 1 }, '/20-11': { exits: 1 }, '/40-9': { exits: 1 }, '/41-9': { exits: 1 } },
    { ...qemu(20, 'a'), '/proc/40/comm': 'crosvm\n', '/proc/41/comm': 'crosvm\n' },
  );
  await probe.read(moment(host, 0));
  const { guests } = valueFrom(await probe.read(moment(host, 1_000_000)));
  expect(guests?.map((each) => each?.guest)).toEqual(['a', 'crosvm', 'crosvm-2']);
});

test('no module, not mounted, not root and lockdown are told apart', async () => {
  const reasonOf = async (host: Host) => {
    const reading = await kvmHost().read(moment(host, 0));
    return reading.state === 'known' ? undefined : `${reading.state}: ${reading.reason}`;
  };
  const loaded = { '/sys/module/kvm/parameters/tdp_mmu': 'Y\n' };
  const refusing = (host: Host, errno: string, what: 'list' | 'read'): Host => ({
    ...host,
    [what]: async (path: string) =>
      path.startsWith(DEBUG)
        ? { state: 'denied', reason: `${path}: ${errno}`, errno }
        : (host[what] as (path: string) => unknown)(path),
  });

  expect(await reasonOf(textHost({ '/sys/module/ext4/x': '' }))).toBe(
    'absent: the kvm module is not loaded: this machine hosts no guests',
  );
  expect(await reasonOf(textHost({ ...loaded, '/proc/self/mounts': 'none /proc proc rw 0 0\n' }))).toMatch(
    /^absent: .*debugfs is not mounted: mount -t debugfs/,
  );
  const mounted = { ...loaded, '/proc/self/mounts': 'debugfs /sys/kernel/debug debugfs rw 0 0\n' };
  expect(await reasonOf(textHost(mounted))).toMatch(/^absent: .*no KVM module for this CPU/);
  expect(await reasonOf(refusing(textHost(mounted), 'EACCES', 'list'))).toMatch(
    /^denied: .*run the agent as root, or give it CAP_DAC_READ_SEARCH/,
  );
  const locked = { ...mounted, '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' };
  const lockedHost = textHost({ ...locked, [`${DEBUG}/exits`]: '1\n' });
  expect(await reasonOf(refusing(lockedHost, 'EPERM', 'read'))).toMatch(
    /^denied: .*kernel lockdown, integrity/,
  );
  const open = textHost({
    ...mounted,
    '/sys/kernel/security/lockdown': '[none] integrity\n',
    [`${DEBUG}/exits`]: '1\n',
  });
  expect(await reasonOf(open)).toBeUndefined();
});

test('a counter that a kernel does not have is absent, never 0', async () => {
  const probe = kvmHost();
  const host = (exits: number) => kvmMachine({ '': { exits }, '/20-11': { exits } }, qemu(20, 'a'));
  await probe.read(moment(host(1), 0));
  const value = valueFrom(await probe.read(moment(host(2), 1_000_000)));
  expect(value).toEqual({
    guestsRunning: 1,
    exitsPerSecond: 1,
    others: [],
    resets: 0,
    guests: [{ guest: 'a', uuid: '00000000-0000-4000-8000-000000000020', exitsPerSecond: 1 }],
  });
});

test('without guests nothing is counted', async () => {
  const probe = kvmHost();
  await probe.read(moment(kvmMachine({ '': { exits: 1 } }), 0));
  const value = valueFrom(await probe.read(moment(kvmMachine({ '': { exits: 1 } }), 1_000_000)));
  expect(value).toEqual({ guestsRunning: 0 });
});

test('kernels before 5.14 have other names for some', async () => {
  const probe = kvmHost();
  const at = (windows: number) =>
    kvmMachine({
      '': {
        ...{ exits: 10 * windows, irq_window: windows, nmi_window: 2 * windows, request_irq: 3 * windows },
        ...{ nx_largepages_splitted: 4, largepages: windows, mmu_pte_updated: windows },
      },
      '/20-11': { exits: 10 * windows },
    });
  await probe.read(moment(at(0), 0));
  const value = valueFrom(await probe.read(moment(at(5), 1e6)));
  expect(value).toMatchObject({
    irqWindowExitsPerSecond: 5,
    nmiWindowExitsPerSecond: 10,
    requestIrqExitsPerSecond: 15,
    nxLpageSplits: 4,
    others: [{ counter: 'mmu_pte_updated', perSecond: 5 }],
  });
});
