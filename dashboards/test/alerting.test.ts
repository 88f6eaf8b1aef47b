import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { provisioningFile } from '../alerting/alert-rule.ts';
import { alertRules } from '../alerting/rules.ts';

const file = resolve(import.meta.dirname, '../../deploy/grafana/provisioning/alerting/nestwatch.json');

test('the provisioned alert rules are what `npm run dashboards` writes', () => {
  expect(readFileSync(file, 'utf8')).toBe(provisioningFile(alertRules));
});

test('every rule has a uid of its own, a bounded query, and texts that provisioning leaves alone', () => {
  expect(new Set(alertRules.map((rule) => rule.uid)).size).toBe(alertRules.length);
  for (const rule of alertRules) {
    expect(rule.query).toContain('$timeFilter');
    expect(rule.summary).not.toContain('${');
    expect(JSON.stringify([rule.title, rule.severity])).not.toContain('$');
  }
});
