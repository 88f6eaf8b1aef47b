import { catalogue, tagsOf } from '@nestwatch/proto/catalogue';
import { describe, expect, test } from 'vitest';
import { column, measurement } from '../src/catalogue.ts';
import { dashboards } from '../src/index.ts';
import { columnsOf } from '../src/panels/targets.ts';
import { measurementOf, namesIn, otherQueries, panelQueries } from './panels.ts';

const wanted = catalogue.flatMap((owner) =>
  owner.fields.flatMap((field) =>
    field.panel === undefined ? [] : [{ panel: field.panel, measurement: owner.name, field: field.name }],
  ),
);

const specs = dashboards.flatMap((dashboard) =>
  dashboard.items.flatMap((item) =>
    'row' in item || item.kind === 'words'
      ? []
      : [{ panel: `${dashboard.title} / ${item.title}`, columns: columnsOf(dashboard.title, item) }],
  ),
);

describe('the dashboards and the metric catalogue', () => {
  test.each(wanted)('$panel shows $measurement $field', (entry) => {
    const queries = panelQueries
      .filter(({ panel }) => panel === entry.panel)
      .filter(({ query }) => query.includes(`FROM "${entry.measurement}"`));
    expect(queries.some(({ query }) => namesIn(query).includes(entry.field))).toBe(true);
  });

  test.each([...panelQueries, ...otherQueries])('$where names only what is written', ({ query }) => {
    const owner = measurementOf(query);
    const known = [...tagsOf(owner), ...owner.fields.map(({ name }) => name)];
    expect(namesIn(query).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(specs)('$panel has something to show', ({ panel, columns }) => {
    expect(columns, panel).not.toEqual([]);
  });

  test('naming what is not in the catalogue fails at once', () => {
    expect(() => measurement('nestwatch_nothing')).toThrow('no measurement nestwatch_nothing');
    expect(() => column('nestwatch_report', 'nothing')).toThrow('no field nothing');
  });
});
