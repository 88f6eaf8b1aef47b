import { catalogue, tagsOf } from '@nestwatch/proto/catalogue';
import { expect, test } from 'vitest';
import { createBands } from '../../src/analysis/amplification/bands.ts';
import { createChanges } from '../../src/analysis/changes/create-changes.ts';
import { createReport } from '../../src/analysis/report/create-report.ts';
import { readFiring } from '../../src/read/alerts.ts';
import { readDelivery } from '../../src/read/delivery.ts';
import { readExits } from '../../src/read/exits.ts';
import { readLabSummaries } from '../../src/read/lab-summaries.ts';
import { readLab } from '../../src/read/lab-table.ts';
import { readNodeDetail } from '../../src/read/node-detail.ts';
import { NODE_SPAN_MS, NODE_STATE } from '../../src/read/node-state.ts';
import { createNodesReader } from '../../src/read/nodes.ts';
import { readOutside } from '../../src/read/outside.ts';
import { readQuantities } from '../../src/read/quantities.ts';
import { equals, fields, influxql, type Reader, within } from '../../src/read/query.ts';
import { readNewestRounds, readRound, recentRounds } from '../../src/read/results.ts';
import { pageRequest } from '../../src/web/view/lab-request.ts';
import { readLabView } from '../../src/web/view/read-lab-view.ts';

const HOUR_US = 3_600_000_000;

const times = { fromUs: HOUR_US, toUs: 2 * HOUR_US, isLive: true, sinceUs: HOUR_US };
const both = ({ query }: Reader) => ({ query, queryThinned: query });

/** Every way in which anything is read, told what it asks for. */
const READERS: Readonly<Record<string, (store: Reader) => Promise<unknown>>> = {
  'the page': (store) => readLabView(both(store), pageRequest('lab', times)),
  'the page of a time that is over': (store) =>
    readLabView(both(store), pageRequest('lab', { ...times, isLive: false })),
  'all labs': (store) => readLabSummaries(store, HOUR_US),
  'what is different': (store) => createChanges(both(store), { lab: 'lab', ...times }),
  "a node's page": (store) => readNodeDetail(store, 'lab', 'n0'),
  'both sides of a node': (store) => readOutside(store, 'lab', { node: 'n0', name: 'g0', parent: 'n1' }),
  'the lab table': (store) => readLab(store, 'lab'),
  'alerts that fire': (store) => readFiring(store),
  'the report': (store) => createReport(both(store), 'lab', { fromUs: 0, toUs: 2 * HOUR_US }),
  rules: (store) => createNodesReader(store, NODE_STATE, NODE_SPAN_MS)(HOUR_US),
  'a slowdown': (store) => readQuantities(store, 'lab', 0, HOUR_US),
  'exit amplification': (store) => readExits(store, 0, HOUR_US),
  'what is usual for exit amplification': (store) => createBands(store)(HOUR_US),
  delivery: (store) => readDelivery(store),
  'newest rounds': (store) => readNewestRounds(store, 'lab'),
  'one round': (store) => readRound(store, { lab: 'lab', benchmark: 'cpu.sha256', round: 'cpu.sha256@x' }),
  'recent rounds': (store) => recentRounds(store),
};

async function askedBy(read: (store: Reader) => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  await read({
    query: async (query) => {
      asked.push(query);
      return [];
    },
  });
  return asked;
}

test.each(Object.entries(READERS))('%s asks only for what the catalogue has', async (_, read) => {
  const asked = await askedBy(read);
  expect(asked.length).toBeGreaterThan(0);
  for (const query of asked) {
    const name = /FROM "([^"]+)"/.exec(query)?.[1];
    const owner = catalogue.find((measurement) => measurement.name === name);
    if (owner === undefined) throw new Error(`the catalogue has no ${name}`);
    const known = [...tagsOf(owner), ...owner.fields.map((field) => field.name)];
    const named = [...query.replaceAll(/ AS "[^"]*"|FROM "[^"]*"/g, '').matchAll(/"([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(named.filter((each) => !known.includes(each ?? ''))).toEqual([]);
  }
});

test('what comes from outside cannot end a literal', async () => {
  const [facts] = await askedBy((store) => readNodeDetail(store, "x' OR 'a' = 'a", 'n\\'));
  expect(facts).toContain(String.raw`"lab" = 'x\' OR \'a\' = \'a'`);
  expect(facts).toContain(String.raw`"node" = 'n\\'`);
});

test('a question is InfluxQL with its parts in order, without those that are not given', () => {
  const select = fields('state');
  expect(influxql({ select, from: 'm' })).toBe('SELECT "state" FROM "m"');
  const where = [equals('lab', 'a'), undefined, equals('outcome', 1), within(180_000)];
  expect(influxql({ select, from: 'm', where, by: ['node', '*'], everyUs: 60e6, newest: 3 })).toBe(
    `SELECT "state" FROM "m" WHERE "lab" = 'a' AND "outcome" = 1 AND time > now() - 180s GROUP BY time(60000000u), "node", * fill(none) ORDER BY time DESC LIMIT 3`,
  );
});
