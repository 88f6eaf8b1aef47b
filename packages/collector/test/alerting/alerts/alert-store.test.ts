import { expect, test } from 'vitest';
import { alertRecord, parseAlert } from '../../../src/alerting/alerts/alert-store.ts';

/** As 0.1.0 wrote it. */
const STORED = {
  id: '0123456789ab',
  lab: 'lab',
  node: 'guest3',
  name: 'guest3',
  rule: 'node-silent',
  subject: '',
  severity: 'warning',
  state: 'firing',
  summary: 's',
  details: [],
  causes: [],
  sinceUs: 1,
  firedUs: 2,
  firings: [2],
  flapping: false,
  news: 3,
  owed: ['webhook'],
  told: true,
};

test('an alert is stored under the names that it had from the beginning', () => {
  const alert = parseAlert(JSON.stringify(STORED));
  expect(alert).toMatchObject({ revision: 3, pendingSinks: ['webhook'], notified: true });
  expect(alert && alertRecord(alert)).toEqual(STORED);
});

test('what is stored and is no alert is none', () => {
  expect(parseAlert('{')).toBeUndefined();
  expect(parseAlert('{"id":"x"}')).toBeUndefined();
});
