import { expect, test } from 'vitest';
import { roundId } from '../../src/rounds/scheduled-run.ts';

test('the id of a round is the same wherever it is made', () => {
  expect(roundId('cpu.sha256', Date.parse('2026-01-31T06:00:00Z'))).toBe('cpu.sha256@2026-01-31T06:00:00Z');
});
