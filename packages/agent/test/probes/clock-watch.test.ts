import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockReading, createClockWatch } from '../../src/probes/clock-watch.ts';

const START = 1_700_000_000;

/** A reading after this many seconds, with clocks that agree but for what is given. */
function after(seconds: number, off: { wall?: number; boot?: number; rtc?: number } = {}): ClockReading {
  return {
    monoUs: seconds * 1e6,
    wallUs: (START + seconds + (off.wall ?? 0)) * 1e6,
    bootSeconds: seconds + (off.boot ?? 0),
    ...(off.rtc === undefined ? {} : { rtcSeconds: Math.floor(START + seconds + off.rtc) }),
  };
}

function follow(...readings: ClockReading[]) {
  const watch = createClockWatch();
  return readings.map((reading) => watch.next(reading));
}

test('clocks that run as they should say nothing', () => {
  const all = follow(...Array.from({ length: 20 }, (_, at) => after(at * 10, { rtc: 0 })));
  expect(all.flatMap(({ events }) => events)).toEqual([]);
  expect(all.at(-1)?.movement).toEqual({ wallStepUs: 0, pausedSeconds: 0, driftPpm: 0 });
});

test('a step of the wall clock, forward and back', () => {
  const [, , forward, back] = follow(after(0), after(10), after(20, { wall: 90 }), after(30));
  expect(forward?.events).toEqual([
    { kind: 'CLOCK_STEPPED', text: 'the wall clock was set forward by 90.0 s', magnitude: 90e6 },
  ]);
  expect(back?.events[0]).toMatchObject({
    magnitude: -90e6,
    text: expect.stringContaining('back by 90.0 s'),
  });
});

test('drift is the slope over minutes, begun anew after a step', () => {
  const slow = Array.from({ length: 10 }, (_, at) => after(at * 10, { wall: at * 10 * 50e-6 }));
  const all = follow(...slow, after(100, { wall: 5 }), after(110, { wall: 5 }));
  expect(all[3]?.movement?.driftPpm).toBeUndefined();
  expect(all[9]?.movement?.driftPpm).toBeCloseTo(50, 1);
  expect(all[11]?.movement?.driftPpm).toBeUndefined();
});

test('a suspend to memory shows between CLOCK_BOOTTIME and CLOCK_MONOTONIC', () => {
  const [, , resumed] = follow(after(0), after(10), after(20, { boot: 60, wall: 60 }));
  expect(resumed?.events.map(({ kind }) => kind)).toContain('RESUMED');
  expect(resumed?.movement?.pausedSeconds).toBeCloseTo(60);
});

test('a pause under a clock that goes on is an interval that is far too long', () => {
  const [, , , resumed] = follow(after(0), after(10), after(20), after(330));
  expect(resumed?.movement?.pausedSeconds).toBeCloseTo(300);
  expect(resumed?.events).toMatchObject([{ kind: 'RESUMED', magnitude: 300e6 }]);
});

test('a pause under kvm-clock shows against the hardware clock, at once or after NTP set the wall clock', () => {
  const early = follow(after(0, { rtc: 0 }), after(60, { rtc: 300 }));
  expect(early[1]?.events).toMatchObject([{ kind: 'RESUMED' }]);
  const late = follow(after(0, { rtc: 0 }), after(60, { rtc: 300, wall: 300 }));
  expect(late[1]?.events.map(({ kind }) => kind)).toEqual(['CLOCK_STEPPED', 'RESUMED']);
});

test('a hardware clock that was wrong and is set by the wall clock is no pause', () => {
  const [, set] = follow(after(0, { rtc: -7200 }), after(60, { rtc: 0 }));
  expect(set?.events).toEqual([]);
});

test('whatever the clocks do, a pause is never negative and every figure is finite', () => {
  const reading = fc.record({
    monoUs: fc.nat(),
    wallUs: fc.integer(),
    bootSeconds: fc.option(fc.nat(), { nil: undefined }),
    rtcSeconds: fc.option(fc.nat(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 20 }), (readings) => {
      for (const { movement } of follow(...readings)) {
        if (movement === undefined) continue;
        expect(movement.pausedSeconds).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(movement.wallStepUs)).toBe(true);
        expect(Number.isFinite(movement.driftPpm ?? 0)).toBe(true);
      }
    }),
  );
});
