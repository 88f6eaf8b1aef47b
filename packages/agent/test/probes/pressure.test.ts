import { expect, test } from 'vitest';
import { pressure } from '../../src/probes/pressure.ts';
import { replay, valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

test('a real machine: shares of the interval', async () => {
  const [first, ...later] = await replay(pressure(), 'this-machine');
  expect(first?.state).toBe('warming-up');
  for (const reading of later) {
    const { resets, ...shares } = valueFrom(reading);
    expect(resets).toBe(0);
    expect(Object.keys(shares)).toHaveLength(6);
    for (const share of Object.values(shares)) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  }
});

test('the share is stalled time over the monotonic clock, and never above 1', async () => {
  const probe = pressure();
  const host = (cpu: number, io: number) =>
    textHost({
      '/proc/pressure/cpu': `some avg10=0.00 avg60=0.00 avg300=0.00 total=${cpu}\n`,
      '/proc/pressure/io': `some avg10=1.00 avg60=0.00 avg300=0.00 total=${io}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${io}\n`,
    });
  await probe.read(moment(host(1000, 1000), 0));
  expect(await probe.read(moment(host(501_000, 1_100_000), 1_000_000))).toEqual({
    state: 'known',
    value: { cpuSomeRatio: 0.5, ioSomeRatio: 1, ioFullRatio: 1, resets: 0 },
  });
});

test('where it is off, the reason says how to turn it on', async () => {
  expect(await pressure().read(moment(textHost({}), 0))).toMatchObject({
    state: 'absent',
    reason: expect.stringContaining('psi=1'),
  });
  const refusing = {
    ...textHost({}),
    read: async () => ({ state: 'unknown', reason: 'x: EOPNOTSUPP' }) as const,
  };
  expect(await pressure().read(moment(refusing, 0))).toMatchObject({ state: 'absent' });
});
