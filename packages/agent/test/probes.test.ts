import { v1 } from '@nestwatch/proto';
import { describe, expect, test } from 'vitest';
import { probes as allProbes } from '../src/probes/index.ts';
import { makeProbes } from '../src/probes/runner.ts';
import { CASCADES, LACKING, recordingOf } from './support/cascades.ts';
import { type RecordedSample, recordedSample } from './support/recorded-sample.ts';

/** Layers of the cascades: what the agent of each would have sent. */
const LAYERS = CASCADES.flatMap(({ cascade, kernels }) =>
  kernels.map((kernel, layer) => ({ name: recordingOf(cascade, layer), cascade, layer, kernel })),
);
const DEEPEST = 3;
const HOSTS = LAYERS.filter(({ layer }) => layer < DEEPEST);
/** Those that something was taken from in the second that was recorded. */
const ROBBED = LAYERS.filter(({ name }) => ['lab-guest2', 'lab-guest3'].includes(name));

const samples = new Map<string, Promise<RecordedSample>>();

function sampleOf(name: string): Promise<RecordedSample> {
  const sample = samples.get(name) ?? recordedSample(name);
  samples.set(name, sample);
  return sample;
}

describe.each(LAYERS)('$name', ({ name }) => {
  test('no value is negative, and no share of a whole is above one', async () => {
    const figures = figuresOf(await sampleOf(name));
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
    const cpu = (await sampleOf(name)).cpuTime;
    const parts = [cpu?.userRatio, cpu?.niceRatio, cpu?.systemRatio, cpu?.idleRatio, cpu?.iowaitRatio];
    const rest = [cpu?.irqRatio, cpu?.softirqRatio, cpu?.stealRatio, cpu?.guestRatio, cpu?.guestNiceRatio];
    const whole = [...parts, ...rest].reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
    expect(whole).toBeCloseTo(1, 5);
  });
});

test.each(ROBBED)('$name has time stolen by the one below it', async ({ name }) => {
  expect((await sampleOf(name)).cpuTime?.stealRatio).toBeGreaterThan(0);
});

test.each(CASCADES)('guest0 of $cascade has none stolen', async ({ cascade }) => {
  expect((await sampleOf(recordingOf(cascade, 0))).cpuTime?.stealRatio).toBe(0);
});

test.each(HOSTS)('$name runs one guest, which takes CPU time and exits', async ({ name, layer }) => {
  const sample = await sampleOf(name);
  expect(sample.cpuTime?.guestRatio).toBeGreaterThan(0);
  expect(sample.kvmHost?.exitsPerSecond).toBeGreaterThan(0);
  expect(sample.guests?.guests).toMatchObject([{ guest: `guest${layer + 1}` }]);
});

const WHOLE = CASCADES.filter(({ kernels }) => kernels.length === DEEPEST + 1);

test.each(WHOLE)('the deepest of $cascade has no guest, and says so', async ({ cascade }) => {
  const deepest = await sampleOf(recordingOf(cascade, DEEPEST));
  expect(deepest.cpuTime?.guestRatio).toBe(0);
  expect(deepest.guests).toBeFalsy();
  expect(deepest.probes).toContainEqual(
    expect.objectContaining({ probe: 'guests', reason: 'no guest runs here' }),
  );
});

test.each(LAYERS)('$name says of each probe what it has, or why it has nothing', async ({ name }) => {
  const { probes } = await sampleOf(name);
  expect(probes.map(({ probe }) => probe)).toEqual(makeProbes(allProbes).map((probe) => probe.name));
  const { OK, ABSENT } = v1.ProbeOutcome.Status;
  for (const { probe, status, reason } of probes) {
    expect([probe, status, reason]).toEqual(
      status === OK ? [probe, OK, ''] : [probe, ABSENT, expect.stringMatching(/./)],
    );
  }
});

test.each(LAYERS)(
  '$name ($kernel) lacks just what its kernel does not have',
  async ({ name, layer, kernel }) => {
    const [sample, ofLab] = await Promise.all([sampleOf(name), sampleOf(recordingOf('lab', layer))]);
    for (const part of ['cpuTime', 'context', 'runDelay', 'pressure', 'kvmHost', 'memory', 'load'] as const) {
      const has = fieldsIn(sample[part]);
      const missing = fieldsIn(ofLab[part]).filter((field) => !has.includes(field));
      // Without a guest none of KVM's counters are read.
      const lacks = part === 'kvmHost' && layer === DEEPEST ? [] : (LACKING[kernel]?.[part] ?? []);
      expect([part, missing.sort()]).toEqual([part, [...lacks].sort()]);
    }
  },
);

/** Names of the fields that have a value. */
const fieldsIn = (part: object | null | undefined) =>
  Object.entries(part ?? {}).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [name],
  );

/** Every number of a message, with the path to it. */
function figuresOf(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => figuresOf(inner, `${path}.${key}`));
}
