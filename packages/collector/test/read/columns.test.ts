import { expect, test } from 'vitest';
import { readAcceptances } from '../../src/read/acceptances.ts';
import { readAlerts, readFiring, readFirings } from '../../src/read/alerts.ts';
import { readBeyond } from '../../src/read/beyond.ts';
import { readDelivery } from '../../src/read/delivery.ts';
import { readExits } from '../../src/read/exits.ts';
import { readCapability, readEvents, readSeries } from '../../src/read/lab-page.ts';
import { readLab } from '../../src/read/lab-table.ts';
import { readNodeDetail } from '../../src/read/node-detail.ts';
import { NODE_STATE } from '../../src/read/node-state.ts';
import { readNodes } from '../../src/read/nodes.ts';
import { readOutside } from '../../src/read/outside.ts';
import { readProbes } from '../../src/read/probes.ts';
import { readQuantities } from '../../src/read/quantities.ts';
import { call, within } from '../../src/read/query.ts';
import {
  readBenchmarks,
  readNewestResults,
  readNewestRounds,
  readRound,
  recentRounds,
} from '../../src/read/results.ts';
import { readVerdicts } from '../../src/read/verdicts.ts';

const HOUR_US = 3_600_000_000;
const span = { fromUs: 1e15, toUs: 1e15 + HOUR_US };

/** All that the collector and its commands ask. */
async function queriesOfReaders(): Promise<string[]> {
  const queries: string[] = [];
  const store = {
    query: async (influxql: string) => {
      queries.push(influxql);
      return [];
    },
  };
  await Promise.all([
    readNodes(store, NODE_STATE),
    readLab(store),
    readFiring(store, 'lab'),
    readAlerts(store, 'lab', span),
    readFirings(store, 'lab', ['a', 'b'], span.fromUs),
    readAcceptances(store, 'lab', span.fromUs),
    readBeyond(store),
    readDelivery(store),
    readExits(store, span.fromUs, span.toUs),
    readCapability(store, 'lab', [within(1000)]),
    readEvents(store, 'lab', [within(1000)], 10),
    readSeries(store, {
      ...{ lab: 'lab', measurement: 'm', select: call('mean', 'f', 'value') },
      ...{ where: [within(1000)], everyUs: 1000 },
    }),
    readNodeDetail(store, 'lab', 'node'),
    readOutside(store, 'lab', { node: 'node', name: 'node', parent: 'parent' }),
    readProbes(store, { ...span, windowUs: 60e6 }),
    readQuantities(store, 'lab', span.fromUs, span.toUs),
    readBenchmarks(store, span.fromUs),
    readNewestResults(store, 'lab', [within(1000)], 10),
    readNewestRounds(store, 'lab'),
    readRound(store, { lab: 'lab', benchmark: 'cpu.sha256', round: 'r' }),
    recentRounds(store),
    readVerdicts(store, 'lab', within(1000)),
  ]);
  return queries;
}

test('no column has the name of a tag that its query groups by, which InfluxDB 3 refuses', async () => {
  const queries = await queriesOfReaders();
  expect(queries.length).toBeGreaterThan(30);
  for (const query of queries) {
    const grouped = [...(/ GROUP BY (.*)$/.exec(query)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
      ([, tag]) => tag,
    );
    const columns = [...query.matchAll(/ AS "([^"]+)"/g)].map(([, column]) => column);
    expect(
      columns.filter((column) => grouped.includes(column)),
      query,
    ).toEqual([]);
  }
});
