import { expect } from 'vitest';
import { type Found, findingsOf } from '../../src/alerting/rules/findings.ts';
import type { Override } from '../../src/alerting/rules/policy.ts';
import type { JudgedLab } from '../../src/analysis/judged-lab.ts';

/** What the rules find in a lab: rule, node, subject and severity of each. */
export const found = (view: JudgedLab, overrides: readonly Override[] = []) =>
  findingsOf(view, overrides).map(({ rule, node, subject, severity }) =>
    [rule, node, subject, severity].join(' '),
  );
/** The only one that they find. */
export const only = (view: JudgedLab): Found => {
  const all = findingsOf(view, []);
  expect(all).toHaveLength(1);
  return all[0] as Found;
};
