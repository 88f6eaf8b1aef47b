import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collector } from '../../deploy/packages/manifest.ts';
import { alertRules } from '../alerting/rules.ts';
import { files } from '../src/index.ts';
import { allPanels, dashboards, panelQueries } from './panels.ts';

// What Grafana makes of these files, from 10.4 on, as its sources and issues say.
const deploy = resolve(import.meta.dirname, '../../deploy');
const panelsOf = (title: string) => {
  const board = dashboards.find((each) => each.title === `nestwatch / ${title}`);
  if (board === undefined) throw new Error(`no dashboard ${title}`);
  return allPanels(board);
};

describe.each(dashboards)('$title', (board) => {
  test('queries of variables are texts: Grafana 10 and 11.0 do not understand objects', () => {
    const queries = board.templating.list.filter(({ type }) => type === 'query').map(({ query }) => query);
    expect(queries.length).toBeGreaterThan(1);
    expect(queries.map((query) => typeof query)).toEqual(queries.map(() => 'string'));
  });

  test('links and annotations ask for no place of their own, which several versions do not have', () => {
    expect(JSON.stringify(board)).not.toContain('"placement":"inControlsMenu"');
  });

  test('it leads to all others with lab and time; to Node without the nodes, whose mean it would show', () => {
    const others = dashboards.filter((each) => each !== board).map(({ uid }) => uid);
    expect(board.links.map(({ url }) => url.split(/[/?]/)[2])).toEqual(others);
    for (const { type, url, includeVars, keepTime } of board.links) {
      const isNode = url.startsWith('/d/nestwatch-node');
      expect([type, includeVars, keepTime]).toEqual(['link', !isNode, true]);
      if (isNode) expect(url).toBe('/d/nestwatch-node?${datasource:queryparam}&${lab:queryparam}');
    }
  });

  test('a table that has most of something first says so to Grafana', () => {
    const tables = allPanels(board).filter(({ description }) =>
      /(worst|gravest) first/i.test(description ?? ''),
    );
    for (const { title, options } of tables)
      expect(options?.sortBy, title).toEqual([expect.objectContaining({ desc: true })]);
  });
});

test('no query of Node mixes machines, whatever the address chooses', () => {
  const mixed = panelQueries.filter(({ panel, query }) => /^Node \//.test(panel) && /GROUP BY/.test(query));
  expect(mixed.length).toBeGreaterThan(10);
  expect(mixed.filter(({ query }) => !/GROUP BY .*"name"/.test(query))).toEqual([]);
});

test('what is reported once an hour is shown whatever the time range', () => {
  const hourly = ['Capability', 'Verdicts', 'Facts'].map((title) =>
    panelsOf('Node').find((panel) => panel.title === title),
  );
  const layers = panelsOf('Lab').find(({ title }) => title === 'Layers');
  expect([...hourly, layers].map((panel) => panel?.timeFrom)).toEqual(Array(4).fill('3h'));
});

test('that a machine reports has one colour, in steps of a minute', () => {
  const alive = panelsOf('Lab').find(({ title }) => title === 'Alive');
  expect(alive?.interval).toBe('1m');
  expect(alive?.fieldConfig.defaults.color).toMatchObject({ mode: 'fixed' });
  expect(alive?.fieldConfig.defaults.custom?.spanNulls).toBeGreaterThan(60_000);
});

test('rounds hours apart are no boxes of a pixel: each outcome lasts until the next', () => {
  const outcomes = panelsOf('Benchmarks').find(({ title }) => title === 'Outcomes');
  expect(outcomes?.fieldConfig.defaults.custom?.spanNulls).toBe(true);
  expect(outcomes?.targets?.[0]?.query).toContain('fill(none)');
});

test('an unknown verdict is grey, and below those that are known', () => {
  const verdicts = panelsOf('Node').find(({ title }) => title === 'Verdicts');
  expect(verdicts?.targets?.[0]?.query).toContain('last("level") % 5 AS "level"');
  expect(JSON.stringify(verdicts?.fieldConfig.overrides)).toContain('"0":{"text":"unknown"');
});

test('of 200 machines Overhead asks by layer and for the worst; each machine is in folded rows', () => {
  const overhead = dashboards.find(({ title }) => title === 'nestwatch / Overhead');
  const open = overhead?.panels.flatMap(({ targets = [] }) => targets) ?? [];
  expect(open.length).toBeGreaterThan(5);
  for (const { query = '', resultFormat } of open)
    if (resultFormat === 'time_series') expect(query).not.toMatch(/GROUP BY .*"name"/);
  const folded = overhead?.panels.filter(({ collapsed }) => collapsed === true) ?? [];
  expect(folded.flatMap(({ panels = [] }) => panels).length).toBeGreaterThan(8);
});

test('lines ask for no more points than they draw', () => {
  const lines = dashboards.flatMap(allPanels).filter(({ type }) => type === 'timeseries');
  expect(new Set(lines.map(({ maxDataPoints }) => maxDataPoints))).toEqual(new Set([400]));
});

test('compose gives Grafana the dashboards and nothing else', () => {
  const compose = readFileSync(join(deploy, 'compose.yaml'), 'utf8');
  const mounted = [
    ...compose.matchAll(/- \.\.\/dashboards\/(\S+?):\/var\/lib\/nestwatch\/dashboards\/(\S+?):ro/g),
  ];
  expect(mounted.map(([, from]) => from).sort()).toEqual([...files().keys()].sort());
  expect(mounted.every(([, from, to]) => from === to)).toBe(true);
  expect(compose).not.toMatch(/- \.\.\/dashboards:/);
});

test('dashboards and alert rules share one folder: by its title, since rules have no other way', () => {
  const provider = readFileSync(join(deploy, 'grafana/provisioning/dashboards/nestwatch.yaml'), 'utf8');
  const rules = readFileSync(join(deploy, 'grafana/provisioning/alerting/nestwatch.json'), 'utf8');
  expect(provider).toMatch(/^ {4}folder: nestwatch$/m);
  expect(provider).not.toMatch(/^ *folderUid:/m);
  expect(JSON.parse(rules).groups.map(({ folder }: { folder: string }) => folder)).toEqual(['nestwatch']);
});

test('each alert rule leads to a panel that there is, and to what to do', () => {
  const rules = JSON.parse(
    readFileSync(join(deploy, 'grafana/provisioning/alerting/nestwatch.json'), 'utf8'),
  );
  const provisioned = rules.groups.flatMap((group: { rules: unknown[] }) => group.rules) as {
    annotations: Record<string, string>;
  }[];
  expect(provisioned).toHaveLength(alertRules.length);
  for (const { annotations } of provisioned) {
    const board = dashboards.find(({ uid }) => uid === annotations['__dashboardUid__']);
    const ids = board === undefined ? [] : allPanels(board).map(({ id }) => String(id));
    expect(ids).toContain(annotations['__panelId__']);
    expect(annotations['runbook_url']).toBe('${NESTWATCH_DOCS}/use/alerts.md#what-to-do');
  }
});

test('the package of the collector holds each dashboard', () => {
  const folder = '/usr/share/nestwatch/grafana/dashboards/';
  const packed = collector.files.map(({ to }) => to).filter((to) => to.startsWith(folder));
  expect(packed.map((to) => to.slice(folder.length)).sort()).toEqual([...files().keys()].sort());
});

test('Overhead has a folded row for each layer, whose panels ask for that layer alone', () => {
  const board = dashboards.find(({ title }) => title === 'nestwatch / Overhead');
  const [layer] = board?.templating.list.filter(({ name }) => name === 'layer') ?? [];
  // A row is repeated for each value that is chosen, and for each that there is only where all may be chosen.
  expect(layer).toMatchObject({ multi: true, includeAll: true, current: { value: '$__all' } });
  const rows = board?.panels.filter(({ repeat }) => repeat !== undefined) ?? [];
  expect(rows).toEqual([expect.objectContaining({ type: 'row', repeat: 'layer', collapsed: true })]);
  // Grafana repeats what such a row holds, and fills in its value in titles and queries.
  expect(rows[0]?.title).toContain('$layer');
  const queries = (rows[0]?.panels ?? []).flatMap(({ targets = [] }) => targets.map(({ query }) => query));
  expect(queries.length).toBeGreaterThan(12);
  for (const query of queries) expect(query).toContain('"layer" =~ /^$layer$/');
  const others = board?.panels.flatMap(({ targets = [] }) => targets.map(({ query }) => query)) ?? [];
  for (const query of others) expect(query).not.toContain('$layer');
});
