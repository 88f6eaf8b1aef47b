import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUptime } from '../../src/host/uptime.ts';

test('the time since the start', () => {
  expect(parseUptime('906.33 1736.91\n')).toBe(906.33);
  // LXC and gVisor leave out the second column.
  expect(parseUptime('906.33\n')).toBe(906.33);
});

test('anything else is refused', () => {
  fc.assert(fc.property(fc.string(), (text) => parseUptime(`${text}x`) === undefined));
});
