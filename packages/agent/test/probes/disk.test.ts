import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disk, parseDiskstats } from '../../src/probes/disk.ts';
import { replay, valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

test('a real machine: its virtio disk, and no loop or zram device', async () => {
  const [first, ...later] = await replay(disk(), 'this-machine');
  expect(first?.state).toBe('warming-up');
  for (const reading of later) {
    const devices = valueFrom(reading).devices ?? [];
    expect(devices.map((each) => each?.device)).toEqual(['vda']);
    expect(devices[0]?.busyRatio).toBeLessThanOrEqual(1.1);
    expect(devices[0]?.resets).toBe(0);
  }
});

test('rates, waits, partitions, a disk that comes, one that goes and comes anew', async () => {
  const probe = disk();
  const line = (name: string, ...columns: number[]) => ` 254       0 ${name} ${columns.join(' ')}`;
  const at = async (seconds: number, ...lines: string[]) =>
    valueFrom(await probe.read(moment(textHost({ '/proc/diskstats': lines.join('\n') }), seconds * 1e6)))
      .devices;
  await probe.read(
    moment(
      textHost({
        '/proc/diskstats': line('vda', 100, 0, 800, 50, 10, 0, 80, 30, 2, 70, 80, 0, 0, 0, 0, 4, 8),
      }),
      0,
    ),
  );
  expect(
    await at(
      10,
      line('vda', 200, 0, 2800, 250, 10, 0, 80, 30, 3, 1070, 5080, 0, 0, 0, 0, 6, 18),
      line('vda1', 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1),
      line('nvme0n1', 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1),
    ),
  ).toEqual([
    {
      device: 'vda',
      readsPerSecond: 10,
      writesPerSecond: 0,
      readBytesPerSecond: 102400,
      writtenBytesPerSecond: 0,
      readAwaitUs: 2000,
      writeAwaitUs: null,
      flushAwaitUs: 5000,
      inFlight: 3,
      busyRatio: 0.1,
      queueLength: 0.5,
      resets: 0,
    },
  ]);
  expect((await at(20, line('nvme0n1', 11, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1)))?.[0]).toMatchObject({
    device: 'nvme0n1',
    readsPerSecond: 1,
  });
  // vda is new again: what it counted meanwhile is not one interval's.
  expect(
    (
      await at(
        30,
        line('vda', 900, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        line('nvme0n1', 11, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1),
      )
    )?.map((each) => each?.device),
  ).toEqual(['nvme0n1']);
});

test('no disk at all, and texts that are no diskstats', async () => {
  expect(await disk().read(moment(textHost({ '/proc/diskstats': '' }), 0))).toMatchObject({
    state: 'absent',
  });
  expect(parseDiskstats('what is this\n')).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat()), (text, columns) => {
      const disks = parseDiskstats(` 1 2 vda ${columns.join(' ')}${text}`);
      for (const counters of disks?.values() ?? []) {
        expect(Object.values(counters).every((value) => Number.isFinite(value))).toBe(true);
      }
    }),
  );
});
