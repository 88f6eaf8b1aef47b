import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { files } from '../src/index.ts';

// The rules of grafana/dashboard-linter, which is run by hand: `dashboard-linter lint --strict dashboards/nestwatch-lab.json`.

interface Panel {
  title?: string;
  description?: string;
  type: string;
  datasource?: { uid: string };
  targets?: unknown[];
  panels?: Panel[];
  fieldConfig?: {
    defaults: { unit?: string; mappings?: unknown[] };
    overrides: { properties: { id: string }[] }[];
  };
}
interface Board {
  title: string;
  panels: Panel[];
  templating: { list: { name: string; label?: string; type: string; refresh?: number }[] };
}

const SHOWING = ['stat', 'gauge', 'timeseries'];
const boards = [...files().values()].map((text) => JSON.parse(text) as Board);

describe.each(boards)('$title', ({ title, panels, templating }) => {
  const showing = panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .filter(({ type }) => SHOWING.includes(type));

  test('panels have a title, a description, a target and the data source that is chosen', () => {
    for (const panel of showing) {
      expect(
        [panel.title, panel.description].every((text) => (text ?? '') !== ''),
        panel.title,
      ).toBe(true);
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
      expect(panel.datasource?.uid, panel.title).toBe('${datasource}');
    }
  });

  test('the data source is a variable, and variables are read again when the time range changes', () => {
    const sources = templating.list.filter(({ type }) => type === 'datasource');
    expect(sources.map(({ name, label }) => [name, label])).toEqual([['datasource', 'Data source']]);
    for (const { type, name, refresh } of templating.list)
      if (type === 'query') expect([name, refresh]).toEqual([name, 2]);
  });

  test('figures have a unit, or each field has one where dashboards/.lint names the panel', () => {
    const without = showing.filter(({ fieldConfig }) => (fieldConfig?.defaults.unit ?? '') === '');
    const { entries } = exclusions['panel-units-rule'] ?? {};
    for (const panel of without) {
      expect(entries).toContainEqual({ dashboard: title, panel: panel.title });
      const overridden = panel.fieldConfig?.overrides.flatMap(({ properties }) =>
        properties.map(({ id }) => id),
      );
      expect(overridden).toContain('unit');
    }
  });
});

const { exclusions } = parse(readFileSync(resolve(import.meta.dirname, '../.lint'), 'utf8')) as {
  exclusions: Record<string, { reason: string; entries?: { dashboard: string; panel: string }[] }>;
};

test('a rule that is left out has a reason', () => {
  expect(Object.values(exclusions).filter(({ reason }) => !/^[A-Z].{20,}\.$/.test(reason))).toEqual([]);
});
