import { describe, expect, test } from 'vitest';
import { type RecordedSample, recordedSample } from './support/recorded-sample.ts';

/** Four agents of one emulated cascade, guest0 first: what each would have sent. */
const NAMES = ['lab-guest0', 'lab-guest1', 'lab-guest2', 'lab-guest3'];
const HOSTS = [0, 1, 2];
/** Those that something was taken from in the second that was recorded. */
const ROBBED = [2, 3];

const samples = new Map<number, Promise<RecordedSample>>();

function sampleOf(layer: number): Promise<RecordedSample> {
  const sample = samples.get(layer) ?? recordedSample(NAMES[layer] ?? '');
  samples.set(layer, sample);
  return sample;
}

describe.each(NAMES.map((name, layer) => ({ name, layer })))('$name', ({ layer }) => {
  test('no value is negative, and no share of a whole is above one', async () => {
    const figures = figuresOf(await sampleOf(layer));
    expect(figures.length).toBeGreaterThan(60);
    for (const [path, value] of figures) {
      // A step of the wall clock may go back.
      if (path.endsWith('wallStepUs')) continue;
      expect([path, value >= 0]).toEqual([path, true]);
      if (/(user|system|idle|steal|guest|some|full|busy)\w*Ratio$/i.test(path)) {
        expect([path, value <= 1]).toEqual([path, true]);
      }
    }
  });

  test('the CPU was somewhere all the time', async () => {
    const cpu = (await sampleOf(layer)).cpuTime;
    const parts = [cpu?.userRatio, cpu?.niceRatio, cpu?.systemRatio, cpu?.idleRatio, cpu?.iowaitRatio];
    const rest = [cpu?.irqRatio, cpu?.softirqRatio, cpu?.stealRatio, cpu?.guestRatio, cpu?.guestNiceRatio];
    const whole = [...parts, ...rest].reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
    expect(whole).toBeCloseTo(1, 5);
  });
});

test.each(ROBBED)('guest%i has time stolen by the one below it, guest0 has none', async (layer) => {
  expect((await sampleOf(layer)).cpuTime?.stealRatio).toBeGreaterThan(0);
  expect((await sampleOf(0)).cpuTime?.stealRatio).toBe(0);
});

test.each(HOSTS)('guest%i runs one guest, which takes CPU time and exits', async (layer) => {
  const sample = await sampleOf(layer);
  expect(sample.cpuTime?.guestRatio).toBeGreaterThan(0);
  expect(sample.kvmHost?.exitsPerSecond).toBeGreaterThan(0);
  expect(sample.guests?.guests).toMatchObject([{ guest: `guest${layer + 1}` }]);
});

test('the deepest has no guest, and says so', async () => {
  const deepest = await sampleOf(NAMES.length - 1);
  expect(deepest.cpuTime?.guestRatio).toBe(0);
  expect(deepest.guests).toBeFalsy();
  expect(deepest.probes).toContainEqual(
    expect.objectContaining({ probe: 'guests', reason: 'no guest runs here' }),
  );
});

/** Every number of a message, with the path to it. */
function figuresOf(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => figuresOf(inner, `${path}.${key}`));
}
