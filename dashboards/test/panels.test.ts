import { describe, expect, test } from 'vitest';
import { columnsOfPanel } from '../src/catalogue.ts';
import { allPanels, dashboards } from './panels.ts';

/** Grafana's transformations that these dashboards use (Grafana 10 and later). */
const TRANSFORMATIONS = [
  'filterFieldsByName',
  'merge',
  'organize',
  'filterByValue',
  'groupingToMatrix',
  'calculateField',
  'sortBy',
  'limit',
];

describe.each(dashboards)('$title', (board) => {
  const { title: name, templating, annotations, tags } = board;
  const panels = allPanels(board);
  const drawn = panels.filter(({ type }) => type !== 'row' && type !== 'text');

  test('every panel says how to read it', () => {
    const silent = drawn.filter(({ description }) => (description ?? '').length < 40);
    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  test('panels have ids and titles of their own, so that links and alerts can name them', () => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id > 0)).toBe(true);
    const titles = drawn.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('queries reach the datasource by variable', () => {
    const uids = [...JSON.stringify(drawn).matchAll(/"datasource":\{"type":"influxdb","uid":"([^"]+)"/g)];
    expect(new Set(uids.map((match) => match[1]))).toEqual(new Set(['${datasource}']));
    const more: Record<string, string[]> = {
      'nestwatch / Compare': ['shift', 'other_lab'],
      'nestwatch / Overhead': ['layer'],
    };
    expect(templating.list.map((each) => each.name)).toEqual([
      'datasource',
      'lab',
      'node',
      ...(more[name] ?? []),
    ]);
  });

  test('events and alerts are marked', () => {
    expect(annotations.list.map((each) => each.name)).toEqual(['Events', 'Alerts']);
  });

  test('it has the tag by which dashboards are found', () => {
    expect(tags).toEqual(['nestwatch']);
  });

  test('panels lie beside each other, never upon each other', () => {
    // What is in a folded row has the place that it takes when the row is opened.
    for (const together of [board.panels, ...board.panels.map((panel) => panel.panels ?? [])]) {
      const cells = new Map<string, string>();
      for (const { title, gridPos } of together) {
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(cells.get(`${x},${y}`), `${title} lies upon another`).toBeUndefined();
            cells.set(`${x},${y}`, title);
          }
        }
      }
    }
  });

  test('every value has a unit', () => {
    const bare = drawn.filter(
      ({ fieldConfig }) =>
        fieldConfig.defaults.unit === undefined &&
        !fieldConfig.overrides.some(({ properties }) => properties.some(({ id }) => id === 'unit')),
    );
    expect(bare.map(({ title }) => title)).toEqual([]);
  });

  test('thresholds are those of the catalogue', () => {
    for (const { title, type, fieldConfig } of drawn.filter(({ type }) => type === 'timeseries')) {
      const bands = columnsOfPanel(`${name.replace('nestwatch / ', '')} / ${title}`).find(
        ({ field }) => field.bands !== undefined,
      )?.field.bands;
      if (bands === undefined) continue;
      const values = fieldConfig.defaults.thresholds?.steps.map(({ value }) => value);
      expect(values, `${type} ${title}`).toEqual([null, bands.warn, bands.critical]);
    }
  });

  test('what is stacked has one unit', () => {
    const stacked = drawn.filter(
      ({ fieldConfig }) => fieldConfig.defaults.custom?.stacking?.mode === 'normal',
    );
    for (const { title, fieldConfig } of stacked) {
      const others = fieldConfig.overrides.filter(({ properties }) =>
        properties.some(({ id }) => id === 'unit'),
      );
      expect(others, title).toEqual([]);
    }
  });

  test('series are named by tags that they are grouped by, and rows transformed in ways that Grafana has', () => {
    for (const { title, targets = [], transformations = [] } of drawn) {
      for (const { alias = '', query = '' } of targets) {
        const grouped = /GROUP BY (.*)$/.exec(query)?.[1] ?? '';
        const named = [...alias.matchAll(/\$tag_(\w+)/g)].map((match) => `"${match[1]}"`);
        expect(
          named.filter((tag) => !grouped.includes(tag)),
          title,
        ).toEqual([]);
      }
      const unknown = transformations.map(({ id }) => id).filter((id) => !TRANSFORMATIONS.includes(id));
      expect(unknown, title).toEqual([]);
    }
  });

  test('no column has the name of a tag that its query groups by, which InfluxDB 3 refuses', () => {
    for (const { title, targets = [] } of drawn) {
      for (const { query = '' } of targets) {
        const grouped = [...(/ GROUP BY (.*)$/.exec(query)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
          ([, tag]) => tag,
        );
        const columns = [...query.matchAll(/ AS "([^"]+)"/g)].map(([, column]) => column);
        expect(
          columns.filter((column) => grouped.includes(column)),
          title,
        ).toEqual([]);
      }
    }
  });
});
