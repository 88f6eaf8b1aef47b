import { createOutcomesToTell } from '@nestwatch/agent/runtime/outcomes-to-tell';
import { LineBuffer } from '@nestwatch/collector/influx/points/line-buffer';
import { thinOnce } from '@nestwatch/collector/influx/retention/continuous-queries';
import { longName } from '@nestwatch/collector/influx/retention/thinning';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { decodeMessage } from '@nestwatch/collector/ingest/decode';
import { addMessageLines } from '@nestwatch/collector/ingest/message-lines';
import { readLab } from '@nestwatch/collector/read/lab-table';
import { readQuantities } from '@nestwatch/collector/read/quantities';
import { catalogue, subjects, v1 } from '@nestwatch/proto';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { seeded } from '@nestwatch/testkit/random';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelQueries, type ShownQuery } from '../../dashboards/test/panels.ts';
import { createLiveReader } from '../../packages/collector/src/read/live-table.ts';
import { readNodeDetail } from '../../packages/collector/src/read/node-detail.ts';
import { readProbes } from '../../packages/collector/src/read/probes.ts';
import { readTemplate, type Template } from '../load/template.ts';
import { vary } from '../load/vary.ts';
import { exactLines } from '../support/exact-lines.ts';
import { expandForGrafana } from '../support/grafana.ts';

// Samples as older versions stored them, as this one does, and a span in which one follows the other: whoever reads them must
// see the same.
const [LAB, NODE] = ['forms', 'guest1'];
const [STEP_MS, INTERVAL_MS, SAMPLES] = [600_000, 10_000, 180];
const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
const startMs = endMs - SAMPLES * INTERVAL_MS;
const FORMS = ['exact', 'rounded', 'across'] as const;
type Form = (typeof FORMS)[number];

needsInflux1('points are thinned out by its continuous queries');

let lab: TestLab;
const stores = new Map<string, Store>();

beforeAll(async () => {
  lab = await createTestLab();
  const template = await readTemplate();
  for (const form of FORMS) {
    for (const database of [form, longName(form)]) {
      const env = { INFLUX_URL: lab.servers.influxUrl, INFLUX_DATABASE: database };
      stores.set(database, await openStore(influxConfig(env)));
    }
    await writeSamples(storeOf(form), template, form);
    for (const measurement of catalogue) {
      const statement = thinOnce(measurement, form, STEP_MS, startMs * 1000, endMs * 1000);
      await storeOf(form).command(statement);
    }
  }
}, 180_000);

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

function storeOf(name: string): Store {
  const store = stores.get(name);
  if (store === undefined) throw new Error(`there is no store ${name}`);
  return store;
}

/** The same samples whatever the form. In the last third of the time one probe is denied. */
async function writeSamples(store: Store, template: Template, form: Form): Promise<void> {
  const random = seeded(7);
  const choose = createOutcomesToTell(INTERVAL_MS);
  const [lines, exact] = [new LineBuffer(), [] as string[]];
  for (let at = 0; at < SAMPLES; at++) {
    const wallUs = (startMs + at * INTERVAL_MS) * 1000;
    const clocks = { wallUs, monoUs: wallUs % 1e12, labUs: wallUs, labRate: 1 };
    const header = {
      lab: LAB,
      node: NODE,
      name: NODE,
      layer: 1,
      parent: 'guest0',
      boot: 'b',
      seq: at + 1,
      ...clocks,
    };
    const body = vary(template.sample, random);
    const probes = (body.probes ?? []).map((each) =>
      each.probe === 'load' && at > SAMPLES * 0.66
        ? { ...each, status: v1.ProbeOutcome.Status.DENIED }
        : each,
    );
    const subject = subjects.report(LAB, NODE, 'sample');
    const encode = (told: typeof probes) => v1.Sample.encode({ ...body, probes: told, header }).finish();
    const from = lines.mark();
    addMessageLines(decodeMessage(subject, encode(choose(probes))), 2000, lines);
    if (form === 'rounded' || (form === 'across' && at > SAMPLES / 2)) continue;
    const report = Buffer.from(lines.bytes(from)).toString().split('\n').at(-2) ?? '';
    lines.cut(from);
    exact.push(report, ...exactLines(subject, encode(probes)));
  }
  await store.writeBytes(lines.bytes());
  await store.write(exact);
}

/** Where two answers differ by more than a rounding does: paths and values. */
function differences(one: unknown, other: unknown, path = ''): string[] {
  if (typeof one === 'number' && typeof other === 'number') {
    return Math.abs(one - other) <= Math.abs(one) * 1e-5 ? [] : [`${path}: ${one}, ${other}`];
  }
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other ? [] : [`${path}: ${one}, ${other}`];
  }
  const [left, right] = [one, other] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...keys].flatMap((key) => differences(left?.[key], right?.[key], `${path}/${key}`));
}

/** As Grafana asks for the whole time, which is more than five minutes. */
function ask(store: Store, { query }: ShownQuery) {
  const variables = { lab: LAB, node: NODE, shift: '10m', other_lab: LAB, layer: { all: '.*' } };
  const scope = { fromMs: startMs, toMs: endMs, interval: '60s', variables };
  return store.query(expandForGrafana(query, scope));
}

/** How long a probe took is another time each time, and the last that was told may be two minutes old. */
function withoutDurations<T>(answer: T): T {
  return JSON.parse(JSON.stringify(answer, (key, value) => (/^duration/.test(key) ? undefined : value)));
}

const sampled = new Set(
  catalogue.flatMap(({ name, from }) => (from?.startsWith('sample.') ? [name] : [])),
).add('nestwatch_report');
const shown = panelQueries.filter(({ query }) => sampled.has(/FROM "([^"]+)"/.exec(query)?.[1] ?? ''));

test.each([
  ['rounded', ''],
  ['across', ''],
  ['rounded', 'thinned out'],
  ['across', 'thinned out'],
])('every panel shows of samples that are stored %s what it showed before %s', async (form, thinned) => {
  const [before, now] = [FORMS[0], form].map((name) => storeOf(thinned === '' ? name : longName(name)));
  let answered = 0;
  for (const each of shown) {
    // A share of a step in which a probe was denied is no status.
    if (thinned !== '' && each.panel === 'Node / Probes') continue;
    const [was, is] = await Promise.all([before, now].map(async (store) => store && ask(store, each)));
    expect(differences(withoutDurations(was), withoutDurations(is)), each.where).toEqual([]);
    if (was?.length) answered += 1;
  }
  expect(answered).toBeGreaterThan(20);
});

test('the status of each probe is the last there was', async () => {
  for (const form of FORMS) {
    const { probes } = await readNodeDetail(storeOf(form), LAB, NODE);
    expect(probes.length).toBeGreaterThan(10);
    expect(probes.find(({ probe }) => probe === 'load')).toMatchObject({ state: 'denied' });
    expect(probes.find(({ probe }) => probe === 'memory')).toMatchObject({ state: 'read' });
  }
});

test.each([
  ['the page of a node', (store: Store) => readNodeDetail(store, LAB, NODE)],
  ['the table of a lab', (store: Store) => readLab(store, LAB)],
  ['the live table', (store: Store) => createLiveReader(store, LAB)(endMs * 1000)],
  [
    'what causes and reports are made of',
    async (store: Store) => [...(await readQuantities(store, LAB, startMs * 1000, endMs * 1000))],
  ],
  [
    'what slowness is detected from',
    async (store: Store) => {
      const found = await readProbes(store, {
        fromUs: startMs * 1000,
        toUs: endMs * 1000,
        windowUs: 300e6,
        lab: LAB,
      });
      return [...found.values()].flat().sort((a, b) => a.round.localeCompare(b.round));
    },
  ],
])('%s is the same', async (_, read) => {
  const before = withoutDurations(await read(storeOf('exact')));
  expect(JSON.stringify(before).length).toBeGreaterThan(100);
  for (const form of ['rounded', 'across']) {
    expect(differences(before, withoutDurations(await read(storeOf(form))))).toEqual([]);
  }
});
