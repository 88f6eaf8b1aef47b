import { describe, expect, test } from 'vitest';
import { openWindow } from '../../../src/alerting/alerts/maintenance.ts';
import { parseMaintenance } from '../../../src/alerting/alerts/parse-maintenance.ts';

describe('a maintenance window', () => {
  const [window] = parseMaintenance([
    { lab: 'lab', days: ['sat'], from: '23:00', for: '3h', 'time-zone': 'Europe/Berlin' },
  ]);
  const openAt = (iso: string) =>
    window !== undefined && openWindow(window, Date.parse(iso) * 1000) !== undefined;

  test('opens at its local time and may last over midnight', () => {
    expect(openAt('2026-01-31T21:59:59Z')).toBe(false);
    expect(openAt('2026-01-31T22:00:00Z')).toBe(true);
    expect(openAt('2026-02-01T00:59:59Z')).toBe(true);
    expect(openAt('2026-02-01T01:00:01Z')).toBe(false);
  });

  test('follows summer time', () => {
    expect(openAt('2026-07-04T21:00:00Z')).toBe(true);
    expect(openAt('2026-07-04T20:59:00Z')).toBe(false);
  });
});
