import { hostname } from 'node:os';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesIn, otherQueries, panelQueries, type ShownQuery } from '../../dashboards/test/panels.ts';
import { RECORDED_LAB, recordedLines, writeRecording } from '../support/cascade-recording.ts';
import { expandForGrafana } from '../support/grafana.ts';
import { SEEDED_LAB, seedLab } from '../support/seed-lab.ts';

const nowMs = Date.now();
const HOUR_MS = 3600e3;
let lab: TestLab;
let store: Store;

beforeAll(async () => {
  lab = await createTestLab();
  store = await openStore(influxConfig({ INFLUX_URL: lab.servers.influxUrl }));
  await seedLab(store, nowMs * 1000);
  // A second lab, which no query for the first may show.
  await seedLab(store, nowMs * 1000, 'other');
  await writeRecording(store, nowMs * 1000);
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** As Grafana asks for the last hour with every node chosen, or with one. */
function ask({ query }: ShownQuery, node: string | { all: string } = { all: '.*' }, of = SEEDED_LAB) {
  // Of a recording of minutes, too, something is a minute old.
  const variables = { lab: of, node, shift: '1m', other_lab: 'other', layer: { all: '.*' } };
  return store.query(
    expandForGrafana(query, { fromMs: nowMs - HOUR_MS, toMs: nowMs, interval: '60s', variables }),
  );
}

describe('every panel', () => {
  test.each(panelQueries)('$where returns what its format wants', async (shown) => {
    const series = await ask(shown, shown.panel.startsWith('Node /') ? 'guest1' : undefined);
    const rows = series.flatMap((each) => each.rows);
    const columns = [...shown.query.matchAll(/ AS "([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(columns.length).toBeGreaterThan(0);
    for (const column of columns) {
      const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
      expect(values.length, `${column} has values`).toBeGreaterThan(0);
    }
    if (shown.resultFormat === 'time_series') expect(series.length).toBeLessThanOrEqual(120);
  });

  test('with one node chosen shows that node only', async () => {
    const [steal] = panelQueries.filter(({ panel }) => panel === 'Overhead / Steal');
    if (steal === undefined) throw new Error('there is no steal panel');
    const all = await ask(steal);
    expect(all.map(({ tags }) => tags['name']).sort()).toEqual(['guest0', 'guest1', 'guest2', 'guest3']);
    const one = await ask(steal, 'guest2');
    expect(one.map(({ tags }) => tags['name'])).toEqual(['guest2']);
  });
});

describe('what the board Compare sets beside each other', () => {
  const ofPanel = (title: string) => panelQueries.filter(({ panel }) => panel === `Compare / ${title}`);
  const valuesOf = async (shown: ShownQuery | undefined, back: number, lab = SEEDED_LAB) => {
    const variables = { lab, node: { all: '.*' }, shift: '30m', other_lab: 'other' };
    const [fromMs, toMs] = [nowMs - HOUR_MS - back, nowMs - back];
    const scope = { fromMs, toMs, interval: '60s', variables };
    const series = await store.query(expandForGrafana(shown?.query ?? '', scope));
    return series.map(({ tags, rows }) => [tags['name'], Object.values(rows[0] ?? {}).at(-1)]);
  };

  test('is of the earlier time', async () => {
    const [now, earlier] = ofPanel('Cost of an exit, earlier');
    const shifted = await valuesOf(earlier, 0);
    expect(shifted).toHaveLength(4);
    expect(shifted).toEqual(await valuesOf(now, HOUR_MS / 2));
    expect(shifted).not.toEqual(await valuesOf(now, 0));
  });

  test('is of the other lab', async () => {
    const [here, there] = ofPanel('Cost of an exit, two labs');
    expect(await valuesOf(there, 0)).toEqual(await valuesOf(here, 0, 'other'));
    // The recorded lab has other figures; whose the other lab is does not depend on it.
    expect(await valuesOf(there, 0, RECORDED_LAB)).not.toEqual(await valuesOf(here, 0, RECORDED_LAB));
  });
});

describe('with the recording of a real cascade', () => {
  const recorded = recordedFields();
  // What takes rounds, installations, a QEMU or trouble is not in seven minutes.
  const shown = panelQueries.filter(({ query, panel }) => {
    const owner = /FROM "([^"]+)"/.exec(query)?.[1];
    const measured = namesIn(query).some((name) => recorded.has(`${owner}.${name}`));
    return measured && !/Reads|reads|Network|Installation|Shell loop|Canary/.test(panel);
  });

  test('most panels have something to show', () => {
    expect(shown.length).toBeGreaterThan(panelQueries.length / 2);
  });

  test.each(shown)('$where shows it', async (each) => {
    const node = each.panel.startsWith('Node /') ? 'guest1' : undefined;
    const series = await ask(each, node, RECORDED_LAB);
    const values = series.flatMap(({ rows }) =>
      rows.flatMap((row) => Object.entries(row).filter(([name, value]) => name !== 'time' && value !== null)),
    );
    expect(values.length).toBeGreaterThan(0);
  });

  test('an exit costs more in each layer', async () => {
    const [results] = panelQueries.filter(({ panel }) => panel === 'Benchmarks / Time per unit');
    const series = results === undefined ? [] : await ask(results, undefined, RECORDED_LAB);
    const exits = series.filter(({ tags }) => tags['benchmark'] === 'exit.cpuid');
    const costs = ['guest0', 'guest1', 'guest2', 'guest3'].map((name) => {
      const rows = exits.filter(({ tags }) => tags['name'] === name).flatMap((each) => each.rows);
      return Number(rows.find((row) => row['seconds per unit'] !== null)?.['seconds per unit']);
    });
    expect(costs.every((cost) => cost > 0)).toBe(true);
    expect([...costs].sort((a, b) => a - b)).toEqual(costs);
  });
});

describe('with the figures of a running collector', () => {
  const shown = panelQueries.filter(({ query }) => query.includes('FROM "nestwatch_collector"'));
  let name: string;

  beforeAll(async () => {
    const { url } = await lab.startCollector({ NESTWATCH_WATCH_ENABLED: 'false' });
    lab.startAgent({ lab: 'other', node: 'live', interval: '1s' });
    name = `${hostname()}:${new URL(url).port}`;
    // Differences need two points of which something was written between.
    await lab.waitForRows(
      `SELECT written, lag_median_seconds FROM nestwatch_collector WHERE collector = '${name}'`,
      (rows) => rows.filter((row) => Number(row['lag_median_seconds']) > 0).length >= 2,
    );
  });

  test('there are panels for lag, the stream, messages, writes, the process and its state', () => {
    expect(new Set(shown.map(({ panel }) => panel)).size).toBe(7);
  });

  test.each(shown)('$where shows it', async ({ query }) => {
    const [fromMs, toMs] = [nowMs - HOUR_MS, Date.now()];
    const variables = { lab: 'none', node: 'none' };
    const series = await store.query(expandForGrafana(query, { fromMs, toMs, interval: '10s', variables }));
    const own = series.filter(({ tags }) => tags['collector'] === name).flatMap(({ rows }) => rows);
    const columns = [...query.matchAll(/ AS "([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(columns.length).toBeGreaterThan(0);
    for (const column of columns) {
      const values = own.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
      expect(values.length, `${column} has values`).toBeGreaterThan(0);
    }
  });

  test('the figures are those of this collector', async () => {
    const [row] = await lab.waitForRows(
      `SELECT * FROM nestwatch_collector WHERE collector = '${name}' ORDER BY time DESC LIMIT 1`,
    );
    expect(row).toMatchObject({ reaches_nats: 1, reads_stream: 1, watches: 0, dead: 0, write_failures: 0 });
    expect(Number(row?.['received'])).toBeGreaterThanOrEqual(Number(row?.['written']));
    expect(Number(row?.['written'])).toBeGreaterThanOrEqual(Number(row?.['batches']));
    expect(Number(row?.['lag_max_seconds'])).toBeGreaterThanOrEqual(Number(row?.['lag_median_seconds']));
    expect(Number(row?.['resident_bytes'])).toBeGreaterThan(20e6);
    expect(Number(row?.['pending'])).toBeGreaterThanOrEqual(0);
  });
});

describe('variables and annotations', () => {
  test.each(otherQueries.filter(({ where }) => where.includes('variable')))('$where lists', async (shown) => {
    const values = (await ask(shown)).flatMap(({ rows }) => rows.map((row) => row['value']));
    const variable = shown.where.split(' ').at(-1) ?? '';
    const labs = [RECORDED_LAB, SEEDED_LAB, 'other'];
    const expected: Record<string, string[]> = { lab: labs, other_lab: labs, layer: ['0', '1', '2', '3'] };
    expect(values.sort()).toEqual(expected[variable] ?? ['guest0', 'guest1', 'guest2', 'guest3']);
  });

  test.each(otherQueries.filter(({ where }) => where.includes('annotation')))(
    '$where marks',
    async (shown) => {
      const rows = (await ask(shown)).flatMap((series) => series.rows);
      expect(rows.length).toBeGreaterThan(0);
      expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['layer', 'name', 'text', 'time']);
    },
  );
});

/** "nestwatch_load.load1" and so on: fields that the recording has, by measurement. */
function recordedFields(): Set<string> {
  const found = new Set<string>();
  for (const line of recordedLines(0)) {
    const owner = /^[^, ]+/.exec(line)?.[0];
    // Fields begin after the first space that is not escaped.
    const fields = line.replace(/^(?:\\.|[^ \\])+ /, '');
    for (const [, name] of fields.matchAll(/(?:^|,)([a-z0-9_]+)=/g)) found.add(`${owner}.${name}`);
  }
  return found;
}
