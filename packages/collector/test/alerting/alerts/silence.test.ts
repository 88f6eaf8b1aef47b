import { describe, expect, test } from 'vitest';
import { openWindow } from '../../../src/alerting/alerts/maintenance.ts';
import { parseMaintenance } from '../../../src/alerting/alerts/parse-maintenance.ts';
import { covers, parseSilence } from '../../../src/alerting/alerts/silence.ts';

const silence = { id: 's', lab: 'lab', startsUs: 0, endsUs: 100, why: 'w', by: 'b' };
const lineage = (node: string) => ({ guest3: ['guest3', 'guest2', 'guest1'] })[node] ?? [node];
const alert = { lab: 'lab', node: 'guest3', rule: 'node-silent', layer: 3 };

test('a silence covers what it names and what is below, while it lasts', () => {
  expect(covers(silence, alert, lineage, 50)).toBe(true);
  expect(covers(silence, alert, lineage, 100)).toBe(false);
  expect(covers({ ...silence, layer: 2 }, alert, lineage, 50)).toBe(true);
  expect(covers({ ...silence, layer: 4 }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, node: 'guest1' }, alert, lineage, 50)).toBe(true);
  expect(covers({ ...silence, node: 'guest4' }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, rule: 'steal-high' }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, lab: 'other' }, alert, lineage, 50)).toBe(false);
});

test('what is stored and is no silence is none', () => {
  expect(parseSilence('{')).toBeUndefined();
  expect(parseSilence('{"id":"x"}')).toBeUndefined();
  expect(parseSilence(JSON.stringify(silence))).toEqual(silence);
});

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

  test.each([
    [{ from: '23:00', for: '1h' }, /lab: a lab's name/],
    [{ lab: 'l', from: '25:00', for: '1h' }, /02:30/],
    [{ lab: 'l', from: '23:00', for: 'long' }, /a time such as 2h/],
    [{ lab: 'l', from: '23:00', for: '1h', days: ['Saturday'] }, /sun, mon/],
    [{ lab: 'l', from: '23:00', for: '1h', 'time-zone': 'Mars' }, /Europe\/Berlin/],
    [{ lab: 'l', from: '23:00', for: '1h', every: 2 }, /one of lab, layer/],
  ])('%j is refused', (given, message) => {
    expect(() => parseMaintenance([given])).toThrow(message);
  });
});
