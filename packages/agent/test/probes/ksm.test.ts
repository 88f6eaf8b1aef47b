import { expect, test } from 'vitest';
import { ksm } from '../../src/probes/ksm.ts';
import { valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

const files = (scanned: number, ticks: number, more: Record<string, string> = {}) => ({
  '/sys/kernel/mm/ksm/run': '1\n',
  '/sys/kernel/mm/ksm/pages_shared': '100\n',
  '/sys/kernel/mm/ksm/pages_sharing': '900\n',
  '/sys/kernel/mm/ksm/pages_unshared': '50\n',
  '/sys/kernel/mm/ksm/pages_volatile': '5\n',
  '/sys/kernel/mm/ksm/pages_scanned': `${scanned}\n`,
  '/sys/kernel/mm/ksm/general_profit': '-4096\n',
  '/proc/2/comm': 'kthreadd\n',
  '/proc/31/comm': 'ksmd\n',
  '/proc/31/stat': `31 (ksmd) S 2 0 0 0 -1 2097216 0 0 0 0 0 ${ticks} 0 0 25 5 1 0 8 0 0\n`,
  ...more,
});

test('what is merged, what that saves and what it takes', async () => {
  const probe = ksm();
  await probe.read(moment(textHost(files(0, 100)), 0));
  const value = valueFrom(await probe.read(moment(textHost(files(1000, 150)), 10e6)));
  expect(value).toEqual({
    running: true,
    sharedBytes: 409_600,
    savedBytes: 3_686_400,
    unsharedBytes: 204_800,
    volatileBytes: 20_480,
    profitBytes: -4096,
    scannedBytesPerSecond: 409_600,
    cpuRatio: 0.05,
    resets: 0,
  });
});

test('stopped with pages that are merged still counts; off with none, or without KSM, is absent', async () => {
  const stopped = textHost(files(0, 0, { '/sys/kernel/mm/ksm/run': '0\n' }));
  expect(valueFrom(await ksm().read(moment(stopped, 0)))).toMatchObject({
    running: false,
    savedBytes: 3_686_400,
  });
  const off = textHost({ '/sys/kernel/mm/ksm/run': '0\n', '/sys/kernel/mm/ksm/pages_shared': '0\n' });
  expect(await ksm().read(moment(off, 0))).toEqual({
    state: 'absent',
    reason: 'KSM is off, and has merged nothing',
  });
  expect(await ksm().read(moment(textHost({}), 0))).toMatchObject({ state: 'absent' });
});

test('in a container, where its thread is not to be seen, the rest is told', async () => {
  const { '/proc/31/comm': _, '/proc/31/stat': __, ...rest } = files(0, 0);
  const probe = ksm();
  await probe.read(moment(textHost(rest), 0));
  expect(valueFrom(await probe.read(moment(textHost(rest), 10e6)))).toMatchObject({
    cpuRatio: null,
    savedBytes: 3_686_400,
  });
});
