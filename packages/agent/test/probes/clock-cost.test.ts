import { expect, test } from 'vitest';
import { clockCost } from '../../src/probes/clock-cost.ts';
import { replay, valueFrom } from '../support/replay.ts';
import { eventList, moment, textHost } from '../support/text-host.ts';

test('a real machine', async () => {
  const events = eventList().events;
  const [first, second] = await replay(clockCost(), 'this-machine', events);
  expect(valueFrom(first)).toMatchObject({
    clocksource: 'tsc',
    available: 'tsc kvm-clock',
    wallStepUs: null,
  });
  expect(valueFrom(first).readUs).toBeGreaterThan(0);
  expect(Math.abs(valueFrom(second).wallStepUs ?? Number.NaN)).toBeLessThan(2000);
  expect(valueFrom(second).pausedSeconds).toBe(0);
  expect(events).toEqual([]);
});

test('a switch of the clocksource is told once', async () => {
  const probe = clockCost();
  const { events, emit } = eventList();
  const at = (source: string, seconds: number) =>
    probe.read(
      moment(
        textHost({ '/sys/devices/system/clocksource/clocksource0/current_clocksource': `${source}\n` }),
        seconds * 1e6,
        { emit },
      ),
    );
  await at('tsc', 0);
  await at('hpet', 10);
  await at('hpet', 20);
  expect(events).toEqual([
    { kind: 'CLOCKSOURCE_CHANGED', text: 'the kernel switched its clocksource from tsc to hpet' },
  ]);
});

test('a clock that is dear to read is read less often', async () => {
  let us = 0;
  let reads = 0;
  const hpet = () => {
    reads += 1;
    us += 250;
    return us;
  };
  const value = valueFrom(await clockCost(hpet).read(moment(textHost({}), 0)));
  expect(value.readUs).toBe(250);
  expect(reads).toBeLessThan(10);
  expect(value.clocksource).toBe('');
});
