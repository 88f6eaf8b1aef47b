import { describe, expect, test } from 'vitest';
import { parseOverrides } from '../../../src/alerting/rules/parse-overrides.ts';
import { policyFor } from '../../../src/alerting/rules/policy.ts';
import { slowdownParent } from '../../../src/alerting/rules/slowdown-parent.ts';

const about = { lab: 'prod', node: 'id3', name: 'guest3', layer: 3, benchmark: 'net.http' };

test('settings hold for what they name, and the last that matches counts', () => {
  const overrides = parseOverrides([
    { rule: 'slowdown-parent', smallest: 1.3, for: '10m' },
    { rule: 'slowdown-parent', layer: 3, benchmark: 'net.*', smallest: 2 },
    { rule: 'slowdown-parent', node: 'guest1', off: true },
    { rule: 'slowdown-parent', lab: 'other', severity: 'info' },
  ]);
  const policy = policyFor(slowdownParent, overrides, about);
  expect(policy).toMatchObject({ off: false, forMs: 600_000, keepFiringForMs: 0 });
  expect(policy.parameters).toMatchObject({ smallest: 2, critical: 1.5 });
  expect(policyFor(slowdownParent, overrides, { lab: 'x', name: 'guest1' }).off).toBe(true);
  expect(policyFor(slowdownParent, overrides, { lab: 'other' }).severity).toBe('info');
});

describe('what cannot be meant is refused, with what is allowed', () => {
  test.each([
    [{}, /list of rules/],
    [[{ rule: 'slow' }], /one of slowdown-parent, slowdown-self, node-silent/],
    [
      [{ rule: 'node-silent', smallest: 2 }],
      /"smallest" is not allowed: give for node-silent one of .*after/,
    ],
    [[{ rule: 'node-silent', after: 5 }], /node-silent.after: a time such as/],
    [[{ rule: 'steal-high', share: '10 %' }], /steal-high.share: a number/],
    [[{ rule: 'steal-high', severity: 'page' }], /info, warning, critical/],
    [[{ rule: 'steal-high', off: 'yes' }], /true or false/],
    [[null], /rule: one of/],
  ])('%j', (given, message) => {
    expect(() => parseOverrides(given)).toThrow(message);
  });
});
