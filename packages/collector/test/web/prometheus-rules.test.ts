import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { exposedMeasurements } from '../../src/web/layers/exposed.ts';
import { wholeRegistry } from '../support/whole-registry.ts';

const top = resolve(import.meta.dirname, '../../../..');
const read = (name: string) => parse(readFileSync(resolve(top, 'deploy/prometheus', name), 'utf8'));

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}
const rules: Rule[] = read('nestwatch.rules.yml').groups.flatMap((group: { rules: Rule[] }) => group.rules);

test('every rule asks for what a collector shows', async () => {
  const { registry } = wholeRegistry();
  const shown = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  for (const { alert, expr } of rules) {
    const named = expr.match(/\bnestwatch_\w+/g) ?? [];
    expect(named.length + Number(expr.startsWith('up{')), alert).toBeGreaterThan(0);
    for (const name of named) expect(shown).toContain(name.replace(/_(bucket|count|sum)$/, ''));
  }
});

test('every rule has a severity, and a runbook that is there', () => {
  const operations = readFileSync(resolve(top, 'docs/use/operations.md'), 'utf8');
  expect(operations).toContain('\n## Watching the collector\n');
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Nestwatch[A-Z][A-Za-z]+$/);
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.runbook).toBe('use/operations.md#watching-the-collector');
    expect(operations).toContain(`\`${alert}\``);
  }
});

test('promtool is given a case in which each rule fires, and one in which it does not', () => {
  const { rule_files, tests } = read('nestwatch.rules.test.yml');
  expect(rule_files).toEqual(['nestwatch.rules.yml']);
  for (const { alert } of rules) {
    const cases: { exp_alerts: unknown[] }[] = tests.flatMap(
      (each: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }) =>
        each.alert_rule_test.filter(({ alertname }) => alertname === alert),
    );
    expect(
      cases.some(({ exp_alerts }) => exp_alerts.length > 0),
      alert,
    ).toBe(true);
    expect(
      cases.some(({ exp_alerts }) => exp_alerts.length === 0),
      alert,
    ).toBe(true);
  }
});

test('the example of a Prometheus loads the rules under the job that they name', () => {
  const { rule_files, scrape_configs } = read('prometheus.yml');
  expect(rule_files).toEqual(['nestwatch.rules.yml']);
  expect(
    scrape_configs.map(
      ({ job_name, metrics_path = '/metrics' }: Record<string, string>) => `${job_name} ${metrics_path}`,
    ),
  ).toEqual(['nestwatch /metrics', 'nestwatch-layers /metrics/layers']);
});

test('a layer has about as many series as the settings say', () => {
  const fields = exposedMeasurements.flatMap((measurement) => measurement.fields.map(({ name }) => name));
  expect(new Set(fields).size).toBe(fields.length);
  expect(fields.length).toBeGreaterThan(150);
  expect(fields.length).toBeLessThan(190);
});
