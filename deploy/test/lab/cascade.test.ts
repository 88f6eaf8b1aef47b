import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConsoleLine } from '../../lab/cascade/console.ts';
import { createLayerWatch } from '../../lab/cascade/layer-watch.ts';
import { layOut } from '../../lab/cascade/layout.ts';
import { natsForward, natsFromInside } from '../../lab/cascade/nats-inside.ts';
import { outerCommandLine } from '../../lab/cascade/outer-machine.ts';
import { parseLayer, parseSlowness } from '../../lab/cascade/slow.ts';
import { speedOf, tscKhz } from '../../lab/cascade/speed.ts';
import { chain } from '../../lab/cascade/tree.ts';

const [guest0] = layOut(chain(4));
const outer = {
  system: {
    tree: '/c/tree',
    disk: '/c/a,b.ext4',
    layers: [
      { release: '6.12.9-cloud-amd64', qemu: '10.0.2' },
      { release: '5.10.0-30-cloud-amd64', qemu: '7.2' },
    ],
    releases: ['6.12.9-cloud-amd64', '5.10.0-30-cloud-amd64'],
  },
  configDisk: '/d/config.ext4',
  scratchDisk: '/d/scratch.ext4',
  consolePath: '/d/console',
  monitorPath: '/d/monitor',
  natsPort: 4333,
  serialLog: '/d/serial.log',
  machine: guest0,
  tscKhz: 2_600_000,
};
const emulatedNetwork = (nats: { natsPort: number | undefined }) => {
  const { args } = outerCommandLine({ ...outer, ...nats, accelerator: 'tcg', speed: 0.1 });
  return args[args.indexOf('-netdev') + 1];
};

describe('the command line of guest0', () => {
  const emulated = outerCommandLine({ ...outer, accelerator: 'tcg', speed: 0.1 });
  const kvm = outerCommandLine({ ...outer, accelerator: 'kvm', speed: 1 });

  test('emulates in slow motion, and tells the kernel how fast its clock runs', () => {
    expect(emulated.args.join(' ')).toContain('-accel tcg -cpu EPYC,+svm,+npt');
    expect(emulated.args.join(' ')).toContain('tsc_early_khz=26000000');
    expect(emulated.env).toMatchObject({
      FAKETIME: '+0 x0.1',
      LD_PRELOAD: '/c/tree/qemu/10.0.2/lib/libfaketime.so.1',
    });
    expect(emulated.args.join(' ')).not.toContain('kvm');
  });

  test('leaves the timer by the counter to guests whose counter is not too fast for it', () => {
    const at = (speed: number) => outerCommandLine({ ...outer, accelerator: 'tcg', speed }).args.join(' ');
    expect(at(0.08)).not.toContain('lapic=');
    expect(at(0.07)).toContain('tsc=reliable lapic=notscdeadline');
  });

  test('boots its own kernel with its own QEMU, which the build machine runs with its libraries', () => {
    expect(emulated.program).toBe('/c/tree/qemu/10.0.2/lib64/ld-linux-x86-64.so.2');
    expect(emulated.args).toContain('/c/tree/qemu/10.0.2/usr/bin/qemu-system-x86_64');
    expect(emulated.args.join(' ')).toContain(
      '-kernel /c/tree/boot/6.12.9-cloud-amd64/vmlinuz -initrd /c/tree/boot/6.12.9-cloud-amd64/initrd',
    );
  });

  test('leaves the clock alone with KVM', () => {
    expect(kvm.args.join(' ')).toContain('-accel kvm -cpu host');
    expect(kvm.env).not.toHaveProperty('FAKETIME');
  });

  test('doubles the commas of a path, which separate options otherwise', () => {
    expect(emulated.args.some((arg) => arg.endsWith('file=/c/a,,b.ext4'))).toBe(true);
  });
});

test('a layer is found by its name', () => {
  expect(parseLayer('guest0', 1)).toBe(0);
  expect(parseLayer('guest3', 4)).toBe(3);
  for (const name of ['guest4', 'guest', '3']) {
    expect(() => parseLayer(name, 4)).toThrow(`unknown layer "${name}": this lab has guest0 to guest3`);
  }
});

const four = { layers: 4, tree: undefined, accel: 'tcg' as const };

test('the clock of a lab that is slow by it is three times as fast, never beyond real time', () => {
  const clock = [parseSlowness('guest3=clock', layOut(chain(4)))];
  expect(speedOf({ ...four, speed: 0.1 }, clock, 1)).toBeCloseTo(0.3);
  expect(speedOf({ ...four, speed: 0.9 }, clock, 1)).toBe(1);
});

test('the speed follows the share of a core, between its bounds, unless it was given', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, (each) => {
      const speed = speedOf({ ...four, speed: undefined }, [], each);
      expect(speed).toBeGreaterThanOrEqual(0.03);
      expect(speed).toBeLessThanOrEqual(0.1);
    }),
  );
  expect(speedOf({ ...four, speed: 0.5 }, [], 0.2)).toBe(0.5);
  expect(speedOf({ ...four, layers: 2, speed: undefined }, [], 0.2)).toBe(0.1);
  expect(speedOf({ ...four, accel: 'kvm', speed: 0.5 }, [], 0.2)).toBe(1);
});

test('the frequency of the time stamp counter comes from what tells it best', () => {
  expect(tscKhz('cpu MHz\t\t: 800.1\ncpu MHz\t\t: 3100.5\n')).toBe(3_100_500);
  expect(tscKhz('model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz\ncpu MHz\t\t: 3100.5\n')).toBe(2_200_000);
  expect(tscKhz('cpu MHz\t\t: 800.1\n', '2400000')).toBe(2_400_000);
  expect(tscKhz('')).toBe(2_500_000);
});

test.each([
  ['nats://127.0.0.1:4333', 'nats://10.60.0.4:4222', 4333],
  ['localhost', '10.60.0.4:4222', 4222],
  ['nats://user:pw@localhost:4222/', 'nats://user:pw@10.60.0.4:4222', 4222],
  ['nats://192.0.2.7:4222', 'nats://192.0.2.7:4222', undefined],
  ['nats://localhost.example:4222', 'nats://localhost.example:4222', undefined],
  ['nats://127.0.0.1:1,nats://127.0.0.1:2', 'nats://10.60.0.2:1,nats://10.60.0.2:2', undefined],
])('one NATS of this machine, at %s, has the same address inside at each start', (given, url, port) => {
  expect(natsFromInside(given)).toEqual({ url, port });
});

test('the address inside is led to the port of NATS by a program of the image, wherever that lies', () => {
  expect(natsForward("/c,d/it's/busybox", 4333)).toBe(
    "guestfwd=tcp:10.60.0.4:4222-cmd:'/c,,d/it'\\''s/busybox' nc 127.0.0.1 4333",
  );
  expect(emulatedNetwork({ natsPort: 4333 })).toMatch(/guestfwd=.*4333$/);
  expect(emulatedNetwork({ natsPort: undefined })).not.toContain('guestfwd');
});

test('console lines are split by layer; carriage returns and anything else are dropped', () => {
  expect(parseConsoleLine('guest2: kernel up\r\r')).toEqual({ layer: 'guest2', text: 'kernel up' });
  expect(parseConsoleLine('guest2-10: kernel up')).toEqual({ layer: 'guest2-10', text: 'kernel up' });
  expect(parseConsoleLine('Kernel panic - not syncing')).toBeUndefined();
});

test('the watch follows one layer after the other', () => {
  const said: string[] = [];
  const watch = createLayerWatch(layOut(chain(2)), (text) => said.push(text));
  watch.started('guest0', 0);
  watch.line({ layer: 'guest0', text: 'kernel up' }, 3000);
  expect(watch.current).toMatchObject({ machine: { name: 'guest0' }, stage: 'up', startedMs: 0 });
  watch.reported('guest0', 9000);
  expect(watch.current).toMatchObject({
    machine: { name: 'guest1' },
    stage: 'waiting',
    startedMs: undefined,
  });
  watch.started('guest1', 10_000);
  watch.reported('guest1', 30_000);
  expect(watch.current).toBeUndefined();
  expect(said).toEqual([
    'guest0: starting',
    'guest0: kernel up after 3 s',
    'guest0: capability, samples and benchmarks are in InfluxDB after 9 s',
    'guest1: starting',
    'guest1: capability, samples and benchmarks are in InfluxDB after 20 s',
  ]);
});
