import { expect, test } from 'vitest';
import { amplificationBand } from '../../../src/analysis/amplification/band.ts';
import { historyOf } from '../../../src/analysis/amplification/bands.ts';
import type { ObservedBand } from '../../../src/analysis/amplification/observed-band.ts';
import type { Hypervisor } from '../../../src/read/hypervisors.ts';

const ofAmd = (kernel: string | undefined, ...features: string[]): Hypervisor => ({
  ...{ vendor: 'AuthenticAMD', features: new Set(features) },
  ...(kernel !== undefined && { kernel }),
});
const counted: ObservedBand[] = [1, 2].map((layer) => ({
  ...{ layer, parent: '6.1', kernel: '6.1', low: 5.97, high: 7.46, leastExitsPerSecond: 1000 },
}));
const LAB_HOST = ofAmd('6.1', 'vgif', 'npt');
const LAB_GUEST = ofAmd('6.1', 'npt', 'vmcb_clean', 'vgif');
const LAB = { layer: 1, parent: LAB_HOST, own: LAB_GUEST, history: undefined };
const bandOf = (of: Partial<Parameters<typeof amplificationBand>[0]>) =>
  amplificationBand({ ...LAB, ...of }, counted);

test('where all is as in the lab, the band is what the observatory counted', () => {
  expect(bandOf({})).toEqual({ low: 5.97, high: 7.46, from: 'observatory', leastExitsPerSecond: 1000 });
  // KVM itself gives vmcb_clean and flushbyasid, newer ones both.
  const given = ofAmd('6.1', 'npt', 'vgif', 'vmcb_clean', 'flushbyasid');
  expect(bandOf({ layer: 2, parent: given, own: given })).toMatchObject({ from: 'observatory' });
  // What was counted is found for a pair that the checked-in bands have.
  expect(amplificationBand(LAB)).toMatchObject({ from: 'observatory' });
});

const EPYC = ['npt', 'nrip_save', 'vgif', 'v_vmsave_vmload', 'decodeassists', 'flushbyasid', 'vmcb_clean'];
const HISTORY = { usual: 9, spread: 1.1 };

test.each<[string, Partial<Parameters<typeof amplificationBand>[0]>, string]>([
  ['Intel', { parent: { vendor: 'GenuineIntel', kernel: '6.1' } }, 'not an AMD CPU'],
  ['an EPYC on hardware', { parent: ofAmd('6.1', ...EPYC) }, 'SVM features other than those of the lab'],
  ['hardware with what only guests get', { parent: LAB_GUEST }, 'SVM features other than those of the lab'],
  ['a guest without vGIF', { own: ofAmd('6.1', 'npt') }, 'SVM features other than those of the lab'],
  ['a guest that is given more', { own: ofAmd('6.1', 'npt', 'vgif', 'nrip_save') }, 'SVM features'],
  ['kernels nobody counted', { own: ofAmd('6.6', 'npt', 'vgif') }, 'kernels not counted by the observatory'],
  ['a layer nobody counted', { layer: 3, parent: LAB_GUEST }, 'kernels not counted'],
  [
    'a kernel whose version tells nothing',
    { own: ofAmd(undefined, 'npt', 'vgif') },
    'CPU or kernel not reported',
  ],
  ['a parent that does not report', { parent: undefined }, 'CPU or kernel not reported'],
])('%s has the band of its own history, or none and why', (_, of, why) => {
  expect(bandOf(of)).toEqual({ from: undefined, reason: expect.stringContaining(why) });
  expect(bandOf(of)).toMatchObject({ reason: expect.stringMatching(/, and its own history is short$/) });
  expect(bandOf({ ...of, history: HISTORY })).toEqual({
    ...{ low: expect.closeTo(9 / 1.21), high: expect.closeTo(9 * 1.21), from: 'own history' },
    leastExitsPerSecond: 1000,
  });
});

test('the own history is learned as that of probes, and a lasting rise does not become usual', () => {
  const hours = (...values: number[]) => values.map((value, at) => ({ atUs: at * 3600e6, value }));
  // Busy minutes of guest1 in the recorded lab, again and again.
  const recorded = [6.48, 6.93, 5.78, 5.85, 6.55, 6.75];
  expect(historyOf(hours(...recorded)).usual).toBeUndefined();
  const week = Array.from({ length: 8 }, () => recorded).flat();
  const { usual, spread } = historyOf(hours(...week));
  expect(usual).toBeCloseTo(6.5, 1);
  const { high } = bandOf({ parent: ofAmd('6.1', ...EPYC), history: historyOf(hours(...week)) }) as {
    high: number;
  };
  expect(high).toBeGreaterThan(7);
  expect(high).toBeLessThan(8.5);
  const risen = historyOf(hours(...week, ...week.map((value) => 2 * value)));
  expect([risen.usual, risen.spread]).toEqual([
    expect.closeTo(usual ?? 0, 0),
    expect.closeTo(spread ?? 0, 1),
  ]);
});
