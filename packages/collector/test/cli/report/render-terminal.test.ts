import { expect, test } from 'vitest';
import { renderTerminal } from '../../../src/cli/report/render-terminal.ts';
import { report } from '../../support/report.ts';

test('the terminal gets tables and sentences', () => {
  const text = renderTerminal(report, (_, plain) => plain);
  expect(text).toMatch(/guest1 +60 +\d+ MB\/s +×1\.\d+ \(.*1\.\d+× slower/);
  expect(text).toContain('2026-01-02 06:00  guest1: cpu.sha256 became 1.5');
  expect(text).toContain('2026-01-02 08:00 still  critical (silenced): slow');
  expect(text).toContain('guest0, warning: Nesting is off.\n    Switch it on.');
  expect(text).toMatch(
    /guest1 +cpu\.sha256 +60 +2026-01-01 +±[\d.]+ %, ≥ 1\.\d+× +±[\d.]+ %, ≥ 1\.\d+× +\S.* nothing/,
  );
  expect(text).toMatch(/win11 +guest1 +stands still +0 +12\.0 +42 s +kept/);
  expect(text).toContain('2026-01-03 02:00  cpu.sha256 of guest1, by alice: a | new kernel (c0ffee)');
});

test('a guest that no parent has reported yet is in layer 1 or deeper, not nowhere', () => {
  const [first] = report.nodes;
  if (first === undefined) throw new Error('the report has nodes');
  const { layer: _, ...unplaced } = first;
  const nodes = [{ ...unplaced, place: { by: 'pending', reason: 'no parent yet' } }];
  expect(renderTerminal({ ...report, nodes }, (_, plain) => plain)).toMatch(/^guest0 +≥1 /m);
});
