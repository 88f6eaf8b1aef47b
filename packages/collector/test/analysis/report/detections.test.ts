import { expect, test } from 'vitest';
import { trusted } from '../../../src/analysis/detect/trust.ts';
import type { EnvironmentChange } from '../../../src/analysis/environment/changes.ts';
import { detectionMeaning, toldText } from '../../../src/analysis/report/detection-text.ts';
import { toldOf } from '../../../src/analysis/report/told.ts';
import { HOUR_US, places, report, START_US } from '../../support/report.ts';

const stream = { benchmark: 'cpu.sha256', variant: '', target: '' };
const at = (round: number) => START_US + round * HOUR_US;
const resultTimesUs = Array.from({ length: 60 }, (_, round) => at(round));
const fired = (from: number, to?: number, node = 'guest1') => ({
  ...{ node, rule: 'slowdown-parent', subject: 'cpu.sha256', firedUs: at(from) },
  ...(to !== undefined && { resolvedUs: at(to) }),
});
const known = {
  references: places,
  firings: [fired(20, 26), fired(30, 45), fired(50), fired(20, 22, 'guest0')],
  acceptances: [],
  changes: (_node: string): EnvironmentChange[] => [],
};
const told = (more: Partial<typeof known> = {}) =>
  toldOf({ node: 'guest1', stream, resultTimesUs }, { ...known, ...more });

test('what was over soon by itself may have been nothing; what lasted, goes on or was accepted was something', () => {
  expect(told()).toEqual({ alerts: 3, firing: 1, accepted: 0, passed: 1 });
  expect(toldText(told())).toBe('3 alerts: 1 fires, 1 went by');
  expect(toldText(told({ firings: [] }))).toBe('nothing');
});

test('what an operator accepted while it fired was true, also where he accepted the parent', () => {
  const acceptance = { id: 'a', lab: 'lab', why: 'so it is', by: 'alice', atUs: at(24) };
  for (const node of ['guest1', 'guest0']) {
    const acceptances = [{ ...acceptance, node }];
    expect(told({ acceptances } as object)).toMatchObject({ accepted: 1, passed: 0 });
  }
  const elsewhere = [{ ...acceptance, benchmark: 'mem.touch' }];
  expect(told({ acceptances: elsewhere } as object)).toMatchObject({ accepted: 0, passed: 1 });
});

test('a short slowdown just after a change of the node or of its parent is not taken for nothing', () => {
  const change = (round: number) => [
    { beforeUs: at(round - 1), timeUs: at(round), phrases: ['kernel 1 → 2'] },
  ];
  for (const changed of ['guest1', 'guest0']) {
    const changes = (node: string) => (node === changed ? change(17) : []);
    expect(told({ changes }).passed).toBe(0);
  }
  expect(told({ changes: () => change(10) }).passed).toBe(1);
});

test('each stream has its noise and what it could have shown, against both', () => {
  expect(report.detections.map(({ name, rounds, trust }) => [name, rounds, trust])).toEqual([
    ['guest0', 60, undefined],
    ['guest1', 60, 'parent'],
  ]);
  const [, guest1] = report.detections;
  expect(guest1?.self?.minimumDetectable).toBeGreaterThan(1.2);
  expect(guest1?.self?.noise).toBeLessThanOrEqual(guest1?.parent?.noise ?? 0);
  expect(guest1?.told.alerts).toBe(0);
});

test('words are explained where they stand', () => {
  expect(detectionMeaning(report.detections)).not.toContain('Went by');
  const gone = report.detections.map((each) => ({ ...each, told: told() }));
  expect(detectionMeaning(gone)).toContain('"Went by" counts');
});

test('of two comparisons the quieter one is trusted, with the parent where they are alike', () => {
  expect(trusted(0.04, 0.07)).toBe('self');
  expect(trusted(0.07, 0.04)).toBe('parent');
  expect(trusted(0.03, 0.03)).toBe('parent');
  expect(trusted(undefined, 0.03)).toBeUndefined();
});
