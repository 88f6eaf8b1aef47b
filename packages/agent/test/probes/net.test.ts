import fc from 'fast-check';
import { expect, test } from 'vitest';
import { net, parseNetDev } from '../../src/probes/net.ts';
import { replay, valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

test('a real machine: only what has hardware behind it', async () => {
  const [first, ...later] = await replay(net(), 'this-machine');
  expect(first?.state).toBe('warming-up');
  for (const reading of later) {
    const devices = valueFrom(reading).devices ?? [];
    expect(devices.map((each) => each?.device)).toEqual(['eth0']);
    expect(devices[0]?.resets).toBe(0);
    expect(devices[0]?.receivedBytesPerSecond).toBeGreaterThanOrEqual(0);
  }
});

test('where /sys is not shown, names tell hardware; taps, bridges and veths never count', async () => {
  const probe = net();
  const dev = (bytes: number) =>
    textHost({
      '/proc/net/dev': ['lo', 'eth0', 'enp1s0', 'vnet3', 'virbr0', 'veth12ab', 'docker0', 'br-12ab']
        .map((name) => `${name}: ${bytes} 1 0 0 0 0 0 0 ${bytes} 1 0 0 0 0 0 0`)
        .join('\n'),
    });
  await probe.read(moment(dev(1000), 0));
  const value = valueFrom(await probe.read(moment(dev(6000), 5_000_000)));
  expect(value.devices?.map((each) => each?.device)).toEqual(['eth0', 'enp1s0']);
  expect(value.devices?.[0]).toMatchObject({ receivedBytesPerSecond: 1000, sentBytesPerSecond: 1000 });
});

test('a device that was made anew under its name is a reset, not a negative rate', async () => {
  const probe = net();
  const dev = (bytes: number) =>
    textHost({ '/proc/net/dev': `eth0:${bytes} 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n` });
  await probe.read(moment(dev(5000), 0));
  const device = valueFrom(await probe.read(moment(dev(10), 1_000_000))).devices?.[0];
  expect(device).toMatchObject({ resets: 1, sentBytesPerSecond: 0 });
  expect(device?.receivedBytesPerSecond).toBeUndefined();
});

test('texts that are not /proc/net/dev', () => {
  expect(parseNetDev('')).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const counters of parseNetDev(`eth0: ${text}`)?.values() ?? []) {
        expect(Object.values(counters).every(Number.isFinite)).toBe(true);
      }
    }),
  );
});
