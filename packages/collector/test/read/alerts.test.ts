import { AlertSeverity, AlertState } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import type { Cell, Series } from '../../src/influx/query-answer.ts';
import { readAlerts, readFiring } from '../../src/read/alerts.ts';

function series(rule: string, ...rows: Record<string, Cell>[]): Series {
  return {
    name: 'nestwatch_alert',
    tags: { lab: 'lab', node: 'n1', rule, subject: '' },
    rows: rows.map((row) => ({ name: 'guest1', layer: '1', silenced: 0, title: rule, ...row })),
  };
}

const { WARNING, CRITICAL, INFO } = AlertSeverity;
const { FIRING, OVER, PENDING } = AlertState;
const reading = (...found: Series[]) => ({ query: async () => found });

test('those that fire come the gravest first, of them the oldest', async () => {
  const firing = await readFiring(
    reading(
      series('young', { time: 9, state: FIRING, severity: WARNING, fired_us: 8 }),
      series('old', { time: 9, state: FIRING, severity: WARNING, fired_us: 2, cause: 'steal rose' }),
      series('light', { time: 9, state: FIRING, severity: INFO, fired_us: 1 }),
      series('grave', { time: 9, state: FIRING, severity: CRITICAL, fired_us: 7, silenced: 1 }),
      series('over', { time: 9, state: OVER, severity: CRITICAL, fired_us: 1 }),
      series('pending', { time: 9, state: PENDING, severity: CRITICAL, fired_us: 1 }),
    ),
  );
  expect(firing.map(({ rule, severity, cause, silenced }) => [rule, severity, cause, silenced])).toEqual([
    ['grave', 'critical', '', true],
    ['old', 'warning', 'steal rose', false],
    ['young', 'warning', '', false],
    ['light', 'info', '', false],
  ]);
  expect(firing[0]).toMatchObject({ lab: 'lab', node: 'n1', name: 'guest1', layer: 1, firedUs: 7 });
});

test('a point that is half written leaves the one before it', async () => {
  const before = { time: 9, state: FIRING, severity: WARNING, fired_us: 2, text: 'slow' };
  const halfWritten = { time: 69, state: null, severity: WARNING, fired_us: 2, text: null };
  const firing = await readFiring(reading(series('slow', halfWritten, before)));
  expect(firing.map(({ rule, text }) => [rule, text])).toEqual([['slow', 'slow']]);
});

test('an alert that is over does not fire, whatever came before', async () => {
  const over = { time: 69, state: OVER, severity: WARNING, fired_us: 2, text: 'slow' };
  const before = { time: 9, state: FIRING, severity: WARNING, fired_us: 2, text: 'slow' };
  expect(await readFiring(reading(series('slow', over, before)))).toEqual([]);
});

test('a history has each alert once, with its first text and its end', async () => {
  const store = reading(
    series(
      'slow',
      { time: 10, state: FIRING, severity: WARNING, fired_us: 10, text: 'first' },
      { time: 20, state: FIRING, severity: CRITICAL, fired_us: 10, text: 'worse' },
      { time: 30, state: OVER, severity: CRITICAL, fired_us: 10, text: 'last' },
      { time: 40, state: FIRING, severity: WARNING, fired_us: 40, text: 'again' },
    ),
  );
  const alerts = await readAlerts(store, 'lab', { fromUs: 0, toUs: 100 });
  expect(alerts).toMatchObject([
    { firedUs: 40, text: 'again', severity: 'warning' },
    { firedUs: 10, resolvedUs: 30, text: 'first', severity: 'critical' },
  ]);
  expect(alerts[0]).not.toHaveProperty('resolvedUs');
});
