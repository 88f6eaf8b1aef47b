import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rules } from '@nestwatch/collector/alerting/rules/index';
import { column } from '@nestwatch/dashboards/catalogue';
import { expect, test } from 'vitest';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/use/alerts.md'), 'utf8');
const headings = [...page.matchAll(/^### ([a-z-]+)$/gm)].map((match) => match[1]);

test('docs/use/alerts.md says what to do on each alert, and on no other', () => {
  expect(headings.sort()).toEqual(rules.map(({ name }) => name).sort());
});

test('dashboards colour steal from where the alert is raised', () => {
  const rule = rules.find(({ name }) => name === 'steal-high');
  const { field } = column('nestwatch_cpu_time', 'steal_ratio');
  const { share, critical } = rule?.parameters ?? {};
  expect(field.bands).toEqual({ warn: share?.default, critical: critical?.default });
});
