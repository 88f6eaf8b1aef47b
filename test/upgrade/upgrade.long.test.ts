import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@nestwatch/deploy/local/ports';
import type { CollectorProcess } from '@nestwatch/deploy/local/programs';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import type { Row } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { metricOf } from '../faults/support/metrics.ts';
import { expectNothingLostOrDouble } from './support/books.ts';
import { linesOf, type Pace, queriesOf, type Span, STEP_S } from './support/series.ts';
import { createUpgradeLab, LAB, NODES, type UpgradeLab, type Version } from './support/upgrade-lab.ts';

// One story on real servers: a lab of 0.1.0 is upgraded, stays half upgraded for a while, and goes back. Each test
// begins where the one before has ended, so none is tried twice. Stored names stand here as texts, because they are what has to stay.

const PATIENT = { timeout: 60_000, interval: 250 };
/** How many messages a collector of 0.1.0 may have looked up in InfluxDB. */
const ANY = Number.POSITIVE_INFINITY;
const PLACES = {
  top: { layer: 0, root: 'hardware' },
  middle: { layer: 1, parent: 'top', by: 'mac', guest: 'middle' },
  side: { layer: 1, parent: 'top', by: 'mac', guest: 'side' },
  bottom: { layer: 2, parent: 'middle', by: 'mac', guest: 'bottom' },
} as const;

describe('a lab of 0.1.0', { retry: 0, timeout: 400_000 }, () => {
  let made: UpgradeLab;
  /** Messages that 0.1.0 had not noted when it gave over. */
  let found: number;
  let collector: CollectorProcess;
  /** Everything is of 0.1.0 and well. */
  let before: Span;
  /** When the first collector was started and stopped, and when the new one had taken over. */
  let startedMs: number;
  let stoppedMs: number;
  let takenOverMs: number;
  /** When the last of the upgrade was done. */
  let upgradedMs: number;

  beforeAll(async () => {
    made = await createUpgradeLab();
  }, 600_000);
  afterAll(() => made?.[Symbol.asyncDispose]());

  test('fills stream, buckets and InfluxDB', async () => {
    startedMs = Date.now();
    collector = await made.startCollector('0.1.0');
    for (const node of NODES) await startFirst(node);
    await expectPlaces();
    await made.nestwatch(
      '0.1.0',
      'silence',
      LAB,
      '--node',
      'side',
      '--for',
      '1h',
      '--why',
      'is being rebuilt',
    );
    const fromMs = Date.now();
    await askForDownloads('0.1.0');
    await expectRoundsSince(fromMs, 1);
    await expectTold(['firing bottom', 'firing middle']);
    for (const bucket of [
      'benchmark_leases',
      'collector_leases',
      'rounds',
      'topology',
      'watermarks',
      'alerts',
    ]) {
      const keys = [...(await made.stored(`nestwatch_${bucket}`)).keys()];
      if (bucket !== 'benchmark_leases') expect(keys, bucket).not.toEqual([]);
    }
    await expectNothingLostOrDouble(made, ANY);
    before = { fromMs, toMs: Date.now() };
  });

  test('is taken over by a new collector, with what waited in the stream and in outboxes', async () => {
    await made.relay('bottom').cut();
    await made.stop(collector.child);
    stoppedMs = Date.now();
    const published = made.tap.published();
    await sleep(5000);
    expect(made.tap.published()).toBeGreaterThan(published + 5);
    // One agent is upgraded while no collector is there to confirm anything: it sends again what 0.1.0 had sent.
    await upgrade('side');
    await waitUntil(() => made.tap.published() > made.tap.total(), { what: 'a message that is sent again' });
    collector = await made.startCollector('new');
    takenOverMs = Date.now();
    found = await expectNothingLostOrDouble(made, ANY);
    await made.relay('bottom').mend();
    await expectNothingLostOrDouble(made, found);
    expect(await figure('nestwatch_messages_dead_total')).toBe(0);
  });

  test('goes on half upgraded: rounds compare nodes of both versions, and a round can be asked for', async () => {
    await upgrade('top');
    made.startGuest('side', 'spare');
    made.stopGuest('bottom', 'leaf');
    await expectRoundsSince(Date.now(), 1);
    await askForDownloads('new');
    await expectNothingLostOrDouble(made, found);
  });

  test('keeps its alerts and silences: none is told again, what is silenced stays so, and an end is told', async () => {
    await expectTold(['firing bottom', 'firing middle', 'resolved bottom']);
    const current = [
      { node: 'middle', state: 'firing' },
      { node: 'side', state: 'firing', silencedBy: 'is being rebuilt' },
    ];
    await vi.waitFor(async () => expect(await alertsBy('new')).toEqual(current), PATIENT);
    expect(await alertsBy('0.1.0')).toEqual(current);
    await expectTold(['firing bottom', 'firing middle', 'resolved bottom']);
  });

  test('keeps its places, and takes the upgrade for no event', async () => {
    await upgrade('middle');
    await expectRoundsSince(Date.now(), 1);
    upgradedMs = Date.now();
    await expectPlaces();
    await expectNoEvents();
  });

  test('has dashboards and reports that span the change', async () => {
    await expectSamePanels('often', before, upgradedMs);
    await expectSamePanels('each minute', { fromMs: startedMs, toMs: stoppedMs }, takenOverMs);
    await expectSteal();
    for (const version of ['0.1.0', 'new'] as const) await expectReport(version);
    await expectComparisons();
  });

  test('is shared by collectors of both versions, and goes back', async () => {
    const older = await made.startCollector('0.1.0', await freePort());
    for (const each of [older, collector]) {
      const written = await figure('nestwatch_messages_written_total', each);
      await waitUntil(async () => (await figure('nestwatch_messages_written_total', each)) > written, {
        what: 'a collector that writes',
      });
    }
    await made.stop(collector.child);
    collector = older;
    // One with an outbox of the new version, filled while it was cut off; one while there is no collector.
    await made.relay('middle').cut();
    await downgrade('top');
    await sleep(3000);
    await downgrade('middle');
    await made.relay('middle').mend();
    await made.stop(collector.child);
    await sleep(3000);
    await downgrade('side');
    collector = await made.startCollector('0.1.0');
    await expectNothingLostOrDouble(made, ANY);
    expect(await figure('nestwatch_messages_dead_total')).toBe(0);
  });

  test('has kept alerts, silences, places, comparisons and lines on the way back', async () => {
    expect(await alertsBy('0.1.0')).toEqual([
      { node: 'middle', state: 'firing' },
      { node: 'side', state: 'firing', silencedBy: 'is being rebuilt' },
    ]);
    const [silence] = JSON.parse(await made.nestwatch('0.1.0', 'silence', LAB, '--list', '--json')) as {
      id: string;
    }[];
    await made.nestwatch('0.1.0', 'silence', LAB, '--end', silence?.id ?? '');
    made.startGuest('bottom', 'leaf');
    await expectRoundsSince(Date.now(), 1);
    await expectTold(['firing bottom', 'firing middle', 'resolved bottom', 'firing side', 'firing bottom']);
    await expectPlaces();
    await expectNoEvents();
    await expectComparisons();
    expectTurns();
    await expectSteal();
    for (const version of ['0.1.0', 'new'] as const) await expectReport(version);
    await expectNothingLostOrDouble(made, ANY);
  });

  /** Starts an agent of 0.1.0; once more where it says nothing, since its first start is not what this is about. */
  async function startFirst(node: string): Promise<void> {
    const hasReported = () => made.tap.passed(node).length > 0;
    const wait = () => waitUntil(hasReported, { what: `the first report of ${node}`, limitMs: 30_000 });
    made.startAgent('0.1.0', node);
    await wait().catch(async (error: unknown) => {
      process.stderr.write(`${error}\n`);
      await made.stopAgent(node);
      made.startAgent('0.1.0', node);
      await wait();
    });
  }

  async function upgrade(node: string): Promise<void> {
    await made.stopAgent(node);
    made.startAgent('new', node);
  }

  async function downgrade(node: string): Promise<void> {
    await made.stopAgent(node);
    made.startAgent('0.1.0', node);
  }

  const figure = (name: string, of: CollectorProcess = collector) => metricOf(of.url, name);

  /** Every node is where it belongs, for the collector, and says so in what it sends. */
  async function expectPlaces(): Promise<void> {
    const sinceUs = Date.now() * 1000;
    await vi.waitFor(async () => {
      const stored = await made.stored('nestwatch_topology');
      const keys = ['place', 'view'].flatMap((kind) => NODES.map((node) => `${kind}.${LAB}.${node}`));
      expect([...stored.keys()].sort().join(' ')).toBe(keys.sort().join(' '));
      for (const [node, place] of Object.entries(PLACES)) {
        const text = new TextDecoder().decode(stored.get(`place.${LAB}.${node}`));
        expect(JSON.parse(text === '' ? '{}' : text), `place of ${node}`).toMatchObject(place);
        const newest = made.tap
          .passed(node)
          .filter(({ wallUs, kind }) => wallUs > sinceUs && kind === 'sample');
        const { layer, parent = '' } = { parent: '', ...place };
        expect(newest.at(-1)?.body['header'], `header of ${node}`).toMatchObject({ layer, parent });
      }
    }, PATIENT);
  }

  /** The webhook was told just this, each once. The order within one look does not matter. */
  async function expectTold(wanted: readonly string[]): Promise<void> {
    const said = () => made.told.map(({ state, node }) => `${state} ${node}`);
    await waitUntil(() => said().length >= wanted.length, {
      what: wanted.join(', '),
      tail: () => said().join(', '),
    });
    expect(said().sort()).toEqual([...wanted].sort());
    expect(new Set(made.told.map(({ rule }) => rule))).toEqual(new Set(['unsafe-to-snapshot']));
    expect(new Set(made.told.map(({ key }) => key)).size, 'told keys').toBe(made.told.length);
  }

  interface ShownAlert {
    node: string;
    state: string;
    silencedBy?: string;
  }

  async function alertsBy(version: Version): Promise<ShownAlert[]> {
    const alerts = JSON.parse(await made.nestwatch(version, 'alerts', LAB, '--json')) as ShownAlert[];
    return alerts
      .map(({ node, state, silencedBy }) => ({
        ...{ node, state },
        ...(silencedBy === undefined ? {} : { silencedBy }),
      }))
      .sort((a, b) => a.node.localeCompare(b.node));
  }

  /** Asks for a round of downloads, in which every node finds every other one: when no scheduled round is under way. */
  async function askForDownloads(version: Version): Promise<void> {
    await vi.waitFor(
      async () => {
        const roundsBefore = roundsReported();
        await waitUntil(() => roundsReported() > roundsBefore, { what: 'the end of a round' });
        const words = ['net.http', '--size', 'tiny', '--window', '30s', '--json'];
        const cells = JSON.parse(await made.nestwatch(version, 'bench', '--lab', LAB, ...words)) as {
          node: string;
          target: string;
          outcome: number;
        }[];
        const measured = cells
          .filter(({ outcome }) => outcome === 1)
          .map(({ node, target }) => `${node} ${target}`);
        expect(measured.sort()).toEqual(NODES.flatMap((a) => NODES.map((b) => `${a} ${b}`)).sort());
      },
      { ...PATIENT, timeout: 120_000 },
    );
  }

  /** Scheduled rounds in which every node has reported, whatever came of it. */
  function roundsReported(): number {
    const reported = new Map<string, Set<string>>();
    for (const node of NODES) {
      for (const { kind, body } of made.tap.passed(node)) {
        const round = String(body['round']);
        if (kind !== 'benchmark' || !round.startsWith('cpu.sha256@')) continue;
        reported.set(round, (reported.get(round) ?? new Set()).add(node));
      }
    }
    return [...reported.values()].filter((nodes) => nodes.size === NODES.length).length;
  }

  /** Results of the scheduled benchmark, by round and node. */
  async function readRounds(): Promise<Map<string, Map<string, Row>>> {
    const rounds = new Map<string, Map<string, Row>>();
    const series = await made.lab.store.query(
      `SELECT "round", "seconds_per_unit", "vs_parent", "vs_base", "arguments_hash" FROM "nestwatch_benchmark" WHERE "lab" = '${LAB}' AND "benchmark" = 'cpu.sha256' GROUP BY "node","parent"`,
    );
    for (const { tags, rows } of series) {
      for (const row of rows.filter((each) => each['seconds_per_unit'] !== null)) {
        const round = String(row['round']);
        rounds.set(round, (rounds.get(round) ?? new Map()).set(tags['node'] ?? '', { ...tags, ...row }));
      }
    }
    return rounds;
  }

  async function expectRoundsSince(fromMs: number, count: number): Promise<void> {
    await vi.waitFor(async () => {
      const whole = [...(await readRounds())].filter(
        ([round, results]) =>
          Date.parse(round.split('@')[1] ?? '') >= fromMs &&
          NODES.every((node) => typeof results.get(node)?.['vs_base'] === 'number'),
      );
      expect(whole.length).toBeGreaterThanOrEqual(count);
    }, PATIENT);
  }

  /**
   * Every round in which a node that knew its place and its parent have a result compares them, whichever versions these
   * were.
   */
  async function expectComparisons(): Promise<void> {
    await vi.waitFor(async () => {
      const pairs = [...(await readRounds())].flatMap(([round, results]) =>
        Object.entries(PLACES).flatMap(([node, place]) => {
          const own = results.get(node);
          const parent = 'parent' in place ? results.get(place.parent) : undefined;
          const isPair = own !== undefined && parent !== undefined && own['parent'] === parent['node'];
          return isPair ? [{ own, parent, what: `${round} of ${node}` }] : [];
        }),
      );
      for (const { own, parent, what } of pairs) {
        expect(own['arguments_hash']).toBe(parent['arguments_hash']);
        const ratio = Number(own['seconds_per_unit']) / Number(parent['seconds_per_unit']);
        expect(own['vs_parent'], what).toBeCloseTo(ratio, 9);
      }
      expect(pairs.length).toBeGreaterThan(10);
    }, PATIENT);
    const fingerprints = await made.lab.store.query(
      `SELECT "fingerprint" FROM "nestwatch_environment" WHERE "lab" = '${LAB}' GROUP BY "node"`,
    );
    for (const { tags, rows } of fingerprints) {
      expect(new Set(rows.map((row) => row['fingerprint'])).size, `fingerprints of ${tags['node']}`).toBe(1);
    }
  }

  /** One node at a time: agents of both versions take turns by the same lease. */
  function expectTurns(): void {
    const runs = NODES.flatMap((node) =>
      made.tap.passed(node).flatMap(({ kind, body }) => {
        const { startedMonoUs, endedMonoUs, fence } = body as Partial<Record<string, number>>;
        if (kind !== 'benchmark' || fence == null) return [];
        return [{ node, fromUs: startedMonoUs ?? 0, toUs: endedMonoUs ?? 0 }];
      }),
    ).sort((a, b) => a.fromUs - b.fromUs);
    expect(runs.length).toBeGreaterThan(20);
    const overlaps = runs.filter(({ node, fromUs }, at) => {
      const { node: before, toUs } = runs[at - 1] ?? { node, toUs: 0 };
      return before !== node && fromUs < toUs;
    });
    expect(overlaps).toEqual([]);
  }

  /** Of what a change of version could be taken for: a change of the machine, of its place, or of who it is. */
  async function expectNoEvents(): Promise<void> {
    const [CAPABILITY_CHANGED, DUPLICATE_NODE, PLACE_CHANGED] = [6, 7, 11];
    const kinds = [CAPABILITY_CHANGED, DUPLICATE_NODE, PLACE_CHANGED].map((kind) => `"kind" = ${kind}`);
    const events = await made.lab.store.query(
      `SELECT "kind", "text" FROM "nestwatch_event" WHERE "lab" = '${LAB}' AND time > ${before.toMs}ms AND (${kinds.join(' OR ')}) GROUP BY "node"`,
    );
    expect(events.flatMap(({ tags, rows }) => rows.map((row) => `${tags['node']}: ${row['text']}`))).toEqual(
      [],
    );
    const installations = await made.lab.store.query(
      `SELECT count("seconds_per_unit") AS "count" FROM "nestwatch_benchmark" WHERE "lab" = '${LAB}' AND "benchmark" = 'guest.install'`,
    );
    expect(installations.flatMap(({ rows }) => rows.map((row) => row['count']))).toEqual([1]);
  }

  /** Panels draw every line that they drew before, under the same name. */
  async function expectSamePanels(pace: Pace, earlier: Span, fromMs: number): Promise<void> {
    const names = async (query: string, span: Span) =>
      (await linesOf(made.lab.store, query, span)).map(({ name }) => name);
    let drawn = 0;
    for (const query of queriesOf(made, pace)) {
      const known = await names(query, earlier);
      await vi.waitFor(async () => {
        expect(await names(query, { fromMs, toMs: Date.now() }), query).toEqual(
          expect.arrayContaining(known),
        );
      }, PATIENT);
      drawn += known.length;
    }
    expect(drawn).toBeGreaterThan(10);
  }

  /**
   * The panel of steal has a value for every step in which a node sent a sample. What an agent sends before a collector
   * has told it its place stands under an unknown layer, in a line of its own, whatever the versions.
   */
  async function expectSteal(): Promise<void> {
    const span = { fromMs: before.fromMs, toMs: Date.now() };
    const [query = ''] = queriesOf(made, 'often').filter(
      (each) => /"steal_ratio".* GROUP BY time.*"name"/.test(each) && !/=\s*'/.test(each),
    );
    await vi.waitFor(async () => {
      const lines = await linesOf(made.lab.store, query, span);
      const drawn = new Map(lines.map(({ name, timesMs }) => [JSON.parse(name).name as string, timesMs]));
      expect([...drawn.keys()].sort()).toEqual([...NODES].sort());
      for (const [node, timesMs] of drawn) {
        const steps = sampledSteps(node, span);
        expect(steps.length).toBeGreaterThan(10);
        expect(timesMs, `steps of ${node}`).toEqual(expect.arrayContaining(steps));
      }
    }, PATIENT);
  }

  /** Steps of a panel in which a node that knew its place sent a share of CPU time, ms since 1970. */
  function sampledSteps(node: string, { fromMs, toMs }: Span): number[] {
    const sampled = made.tap.passed(node).filter(({ body, wallUs }) => {
      const { layer } = body['header'] as { layer?: number | null };
      return body['cpuTime'] != null && layer != null && wallUs > fromMs * 1000 && wallUs < toMs * 1000;
    });
    return [...new Set(sampled.map(({ wallUs }) => Math.floor(wallUs / 1e6 / STEP_S) * STEP_S * 1000))];
  }

  /** One report of all that happened, whichever version makes it. */
  async function expectReport(version: Version): Promise<void> {
    const report = JSON.parse(await made.nestwatch(version, 'report', LAB, '--span', '1h', '--json')) as {
      nodes: { node: string; layer: number; parent?: string }[];
      benchmarks: { benchmark: string; rows: { node: string; results: number; vsParent?: object }[] }[];
      alerts: { node: string; resolvedUs?: number; silenced: boolean }[];
    };
    expect(report.nodes).toMatchObject(
      Object.entries(PLACES).map(([node, { layer, ...rest }]) => ({
        ...{ node, layer },
        ...('parent' in rest ? { parent: rest.parent } : {}),
      })),
    );
    const rows = report.benchmarks.find(({ benchmark }) => benchmark === 'cpu.sha256')?.rows ?? [];
    const rounds = [...(await readRounds()).values()];
    for (const node of NODES) {
      const row = rows.find((each) => each.node === node);
      const results = rounds.filter((each) => each.has(node)).length;
      // One may have come since the report was made.
      expect(results - (row?.results ?? 0), `results of ${node}`).toBeLessThanOrEqual(1);
      expect(row?.vsParent === undefined, `${node} has a ratio to its parent`).toBe(node === 'top');
    }
    const alerts = report.alerts.filter(({ resolvedUs }) => resolvedUs === undefined);
    expect(report.alerts.length - alerts.length, 'alerts that are over').toBe(1);
    expect(alerts.map(({ node }) => node)).toEqual(expect.arrayContaining(['middle', 'side']));
  }
});
