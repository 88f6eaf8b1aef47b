import { expect, test } from 'vitest';
import { conclusions } from '../../../observatory/page/conclusions.ts';
import type { Observed, WorkResult } from '../../../observatory/result.ts';
import { hungBoot, runOf, setOf } from '../observed.ts';

const set = (name: string, works: readonly WorkResult[], stacks: Observed['stacks'] = {}) =>
  setOf(name, runOf(works, { stacks }));
const work = (name: WorkResult['work'], layer: number, ...exits: number[]): WorkResult => ({
  work: name,
  layer,
  state: 'counted',
  us: 1,
  counts: [...exits.map((count) => ({ 'kvm.exits': count })), {}],
  repetitions: [exits],
});
const all = (name: 'cpuid' | 'timer', factor: number) => [
  work(name, 1, 1000),
  work(name, 2, 5000 * factor, 1000),
  work(name, 3, 27_000 * factor, 5000, 1000),
];
const old = set('6.1', [...all('cpuid', 1), ...all('timer', 1), work('boot', 3, 500_000, 80_000, 10_000)]);

test('only what the results support is said', () => {
  expect(conclusions([])).toEqual([]);
  expect(conclusions([set('6.12', all('cpuid', 1))])).toEqual([]);
});

test('kernels are compared in the deepest layer, and cascades of several with the usual one', () => {
  const said = conclusions([old, set('6.12', all('cpuid', 2)), set('7.3,6.1,6.1', all('cpuid', 3))]).join(
    '\n',
  );
  expect(said).toContain(
    'one CPUID costs guest0 1.00 exits from guest1, 5.00 from guest2, 27.0 from guest3; one timer',
  );
  expect(said).toContain('6.1 needs the fewest exits at guest0 (27.0) and 6.12 the most (54.0, ×2.00)');
  expect(said).toContain(
    '7.3,6.1,6.1 (guest0 first), against 6.1 everywhere, at guest0: one CPUID of guest2 ×3.00.',
  );
});

test('a boot that throws its shadow pages away is explained by who did it', () => {
  const hung: WorkResult = {
    ...hungBoot,
    counts: [{ 'kvm.exits': 9, 'shadow.zapped': 13_886, 'kvm.pf_taken': 800_000 }, {}, {}],
  };
  const stacks = {
    guest3: ['guest0: 13000 __kvm_mmu_prepare_zap_page<mmu_page_zap_pte<kvm_sync_page', 'guest1: 1 other'],
  };
  expect(conclusions([old, set('7.3', [hung], stacks)]).join('\n')).toContain(
    '7.3: while guest3 boots, until it was given up (hung), guest0 takes 13,886 pages of its shadow page tables away again (6.1: 0) ' +
      'and handles 800,000 page faults. Most often by `mmu_page_zap_pte`, called by `kvm_sync_page`.',
  );
});

test('a switched feature of the scheduler is compared with the same kernels as they are, and with nothing else', () => {
  const usual = set('7.3', [
    ...all('cpuid', 1),
    ...all('timer', 2),
    work('boot', 3, 600_000, 90_000, 10_000),
  ]);
  const without = {
    ...set('7.3 NO_HRTICK', [...all('cpuid', 1), ...all('timer', 1), work('boot', 3, 300_000, 80_000, 9000)]),
    features: ['NO_HRTICK'],
  };
  const said = conclusions([old, usual, without]).join('\n');
  expect(said).toContain(
    '7.3 with NO_HRTICK in all layers, once they are up, exits at guest0 for work of guest3: boot to user space ×0.50, 1,000 timers of 1 ms ×0.50.',
  );
  expect(said).toContain(
    'For one timer in guest3, 6.1 needs the fewest exits at guest0 (27.0) and 7.3 the most',
  );
});

test('a boot with more exits is explained by the timer that its kernel sets more often', () => {
  const boot = (exits: number, timer: number, waits: number): WorkResult => ({
    ...work('boot', 3, 500_000, 80_000, exits),
    counts: [
      { 'kvm.exits': 500_000 },
      { 'kvm.exits': 80_000 },
      { 'kvm.exits': exits, 'msr.0x6e0': timer, 'exit.interrupt': waits, 'exit.vintr': 0 },
      {},
    ],
  });
  const boots = (deep: WorkResult) => [work('boot', 1, 3000), work('boot', 2, 25_000, 3000), deep];
  const said = conclusions([
    set('6.1', boots(boot(4600, 500, 800))),
    set('7.3', boots(boot(10_600, 3000, 3200))),
  ]);
  expect(said.join('\n')).toContain(
    '7.3: guest3 itself exits 10,600 times while it boots (6.1: 4,600). 82 % of the difference comes with its timer, which it sets 3,000 times instead of 500',
  );
});
