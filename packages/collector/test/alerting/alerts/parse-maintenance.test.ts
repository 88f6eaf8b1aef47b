import { expect, test } from 'vitest';
import { parseMaintenance } from '../../../src/alerting/alerts/parse-maintenance.ts';

test.each([
  [{ from: '23:00', for: '1h' }, /lab: a lab's name/],
  [{ lab: 'l', from: '25:00', for: '1h' }, /02:30/],
  [{ lab: 'l', from: '23:00', for: 'long' }, /a time such as 2h/],
  [{ lab: 'l', from: '23:00', for: '1h', days: ['Saturday'] }, /sun, mon/],
  [{ lab: 'l', from: '23:00', for: '1h', 'time-zone': 'Mars' }, /Europe\/Berlin/],
  [{ lab: 'l', from: '23:00', for: '1h', every: 2 }, /one of lab, layer/],
])('a window %j is refused', (given, message) => {
  expect(() => parseMaintenance([given])).toThrow(message);
});
