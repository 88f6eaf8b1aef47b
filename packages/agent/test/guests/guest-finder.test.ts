import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClock } from '@nestwatch/testkit/clock';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createGuestFinder, guestFinderOf } from '../../src/guests/guest-finder.ts';
import type { Host } from '../../src/host/host.ts';
import { hostOf } from '../support/file-tree.ts';
import * as lines from './command-lines.ts';

const WALL_US = 1_700_000_000_000_000;
const clock = testClock({ wallUs: WALL_US });

const stat = (pid: number, startTicks: number, state = 'S', threads = 3) =>
  `${pid} (CPU 0/KVM) x) ${state} 1 ${pid} ${pid} 0 -1 4194624 ${'0 '.repeat(10)}${threads} 0 ${startTicks} 0 0\n`;
const processFiles = (pid: number, words: readonly string[], startTicks: number, state?: string) => ({
  [`proc/${pid}/cmdline`]: words.map((word) => `${word}\0`).join(''),
  [`proc/${pid}/stat`]: stat(pid, startTicks, state),
});

function add(host: Host, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(host.root, path, '..'), { recursive: true });
    writeFileSync(join(host.root, path), text);
  }
}

const names = async (finder: ReturnType<typeof createGuestFinder>) => {
  const found = await finder.find();
  return found.state === 'known' ? found.value.map((guest) => guest.guest) : found;
};

test('guests of all monitors are found among other processes, oldest first', async () => {
  const host = hostOf({
    'proc/uptime': '1000.00 1900.00\n',
    ...processFiles(2, [], 0),
    ...processFiles(300, ['bash'], 5000),
    ...processFiles(400, ['qemu-img', 'convert', 'a', 'b'], 5000),
    ...processFiles(401, lines.libvirtProbe, 5000),
    ...processFiles(500, lines.libvirtQ35, 90_000),
    ...processFiles(501, lines.cloudHypervisor, 80_000),
    ...processFiles(502, lines.firecracker, 70_000),
    'proc/502/root/vm.json': JSON.stringify({
      'machine-config': { vcpu_count: 2, mem_size_mib: 256 },
      'network-interfaces': [{ iface_id: 'eth0', guest_mac: '06:00:AC:10:00:02', host_dev_name: 'tap0' }],
      drives: [{ drive_id: 'rootfs', path_on_host: '/r.ext4', is_root_device: true }],
    }),
  });
  const found = await createGuestFinder(host, clock).find();
  expect(found).toMatchObject({
    state: 'known',
    value: [
      {
        guest: 'fn-7',
        pid: 502,
        vmm: 'firecracker',
        vcpus: 2,
        memoryBytes: 256 * 2 ** 20,
        nics: [{ mac: '06:00:ac:10:00:02' }],
        disks: [{ cache: 'unsafe' }],
        startedWallUs: WALL_US - 300e6,
      },
      {
        guest: 'worker1',
        uuid: '7b1c7d2e-83f4-4f4f-8c8c-9d2d6f5d9a01',
        vcpus: 4,
        memoryBytes: 2 ** 30,
        nics: [{ mac: '2e:89:a8:e4:92:00' }],
        disks: [{ cache: 'writeback' }, { cache: 'none' }],
      },
      { guest: 'osp-controller', pid: 500, startedWallUs: WALL_US - 100e6 },
    ],
  });
});

test('a guest that stops goes, one that restarts is another run, and a dead one that nobody reaped is gone', async () => {
  const host = hostOf({ 'proc/uptime': '1000.00 1.00\n', ...processFiles(500, lines.microvm, 100) });
  const finder = createGuestFinder(host, clock);
  expect(await names(finder)).toEqual(['guest2']);
  add(host, processFiles(500, lines.libvirtQ35, 200));
  expect(await names(finder)).toEqual(['osp-controller']);
  add(host, processFiles(500, lines.libvirtQ35, 200, 'Z'));
  expect(await names(finder)).toEqual([]);
  rmSync(join(host.root, 'proc/500'), { recursive: true });
  expect(await names(finder)).toEqual([]);
});

test('the command line of a process with one thread is not read: every monitor has more', async () => {
  const host = hostOf({ 'proc/uptime': '1000.00 1.00\n', ...processFiles(500, lines.microvm, 100) });
  const read = vi.spyOn(host, 'read');
  const finder = createGuestFinder(host, clock);
  add(host, { 'proc/500/stat': stat(500, 100, 'S', 1) });
  expect(await names(finder)).toEqual([]);
  expect(read).not.toHaveBeenCalledWith('/proc/500/cmdline', expect.anything());
  add(host, { 'proc/500/stat': stat(500, 100, 'S', 2) });
  expect(await names(finder)).toEqual(['guest2']);
});

test('what one found is taken by others while it is fresh', async () => {
  const moving = testClock({ wallUs: WALL_US });
  const host = hostOf({ 'proc/uptime': '1000.00 1.00\n', ...processFiles(500, lines.microvm, 100) });
  const finder = guestFinderOf(host, moving);
  expect(guestFinderOf(host, moving)).toBe(finder);
  const first = await finder.find();
  rmSync(join(host.root, 'proc/500'), { recursive: true });
  expect(await finder.find(5000)).toBe(first);
  moving.forward(5000);
  expect(await finder.find(5000)).toEqual({ state: 'known', value: [] });
});

test('a monitor that is told its guest through its API is none until virtual CPUs run', async () => {
  const host = hostOf({
    'proc/uptime': '1000.00 1.00\n',
    ...processFiles(500, lines.kata, 100),
    ...processFiles(501, lines.jailed, 101),
    'proc/500/task/500/comm': 'cloud-hyperviso\n',
    'proc/501/task/501/comm': 'firecracker\n',
  });
  const finder = createGuestFinder(host, clock);
  // Also after many looks: a pool keeps monitors waiting for long.
  for (let look = 0; look < 5; look += 1) expect(await names(finder)).toEqual([]);
  add(host, {
    'proc/500/task/510/comm': 'vcpu0\n',
    'proc/500/task/511/comm': 'vcpu1\n',
    'proc/501/task/520/comm': 'fc_vcpu 0\n',
  });
  expect(await finder.find()).toMatchObject({
    value: [
      { guest: '5c3f1e', vmm: 'cloud-hypervisor', vcpus: 2 },
      { guest: 'manual1', vmm: 'firecracker', vcpus: 1 },
    ],
  });
});

test('any words and files give guests or none, never an exception', async () => {
  const words = fc.array(
    fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('--config-file', '/c.json', '--api-socket', '--net', '--disk', '--cpus', '--kernel'),
    ),
  );
  const program = fc.constantFrom('cloud-hypervisor', 'firecracker', 'kvm', '/lib/ld-linux.so.2');
  await fc.assert(
    fc.asyncProperty(program, words, fc.oneof(fc.json(), fc.string()), async (first, rest, config) => {
      const host = hostOf({
        ...processFiles(500, [first, ...rest], 100),
        'proc/500/root/c.json': config,
        'proc/500/task/1/comm': 'vcpu0\n',
      });
      expect((await createGuestFinder(host, clock).find()).state).toBe('known');
    }),
    { numRuns: 50 },
  );
});

test('a process that execs its monitor a moment after it was seen is found', async () => {
  const host = hostOf({ 'proc/uptime': '1000.00 1.00\n', ...processFiles(500, ['libvirtd'], 100) });
  const finder = createGuestFinder(host, clock);
  expect(await names(finder)).toEqual([]);
  add(host, processFiles(500, lines.microvm, 100));
  expect(await names(finder)).toEqual(['guest2']);
});

test('a monitor that was started by way of the dynamic loader is found', async () => {
  const loader = ['/opt/tree/lib64/ld-linux-x86-64.so.2', '--library-path', '/opt/tree/lib', '--argv0', 'x'];
  const host = hostOf({
    'proc/uptime': '1000.00 1.00\n',
    ...processFiles(500, [...loader, ...lines.microvm], 100),
  });
  expect(await names(createGuestFinder(host, clock))).toEqual(['guest2']);
});

test('unnamed guests and guests of one name are told apart without pids', async () => {
  const host = hostOf({
    'proc/uptime': '1000.00 1.00\n',
    ...processFiles(500, lines.plain, 100),
    ...processFiles(501, lines.plain, 101),
    ...processFiles(502, lines.microvm, 102),
    ...processFiles(503, lines.microvm, 103),
  });
  expect(await names(createGuestFinder(host, clock))).toEqual(['unnamed', 'unnamed-2', 'guest2', 'guest2-2']);
});

test('what QEMU holds open tells the accelerator where two were allowed', async () => {
  const host = hostOf({
    'proc/uptime': '1000.00 1.00\n',
    ...processFiles(500, lines.plain, 100),
    'proc/500/fd/11': { link: 'anon_inode:kvm-vm' },
    ...processFiles(501, lines.plain, 101),
    'proc/501/fd/3': { link: 'socket:[77]' },
    ...processFiles(502, lines.plain, 102),
  });
  const found = await createGuestFinder(host, clock).find();
  expect(found.state === 'known' && found.value.map((guest) => guest.accelerator)).toEqual([
    'kvm',
    'tcg',
    '',
  ]);
});

test('without /proc the reason is told', async () => {
  expect(await createGuestFinder(hostOf({}), clock).find()).toMatchObject({ state: 'absent' });
});
