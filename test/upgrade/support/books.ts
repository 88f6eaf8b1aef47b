import { jetstreamManager } from '@nats-io/jetstream';
import { countOf, type Ranges } from '@nestwatch/common/ranges';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { type SeqRangeShape, v1 } from '@nestwatch/proto';
import { expect, vi } from 'vitest';
import { balance } from '../../faults/support/ledger.ts';
import { runsOf } from './tap.ts';
import { LAB, type UpgradeLab, type Version } from './upgrade-lab.ts';

/** Waits until all that was published until now stands in InfluxDB and in the delivery states. */
export async function caughtUp(made: UpgradeLab): Promise<void> {
  const { lab, tap, stored } = made;
  const before = new Map(tap.nodes().map((node) => [node, tap.numbers(node)]));
  let missing: string[] = [];
  const isWritten = async () => {
    const balances = await Promise.all(
      [...before].map(([node, numbers]) => balance(lab.store, node, numbers)),
    );
    const confirmed = confirmedIn(await stored('nestwatch_watermarks'));
    missing = [
      ...balances.flatMap((each) => each.missing),
      ...[...before].flatMap(([node, numbers]) =>
        [...numbers].filter((number) => !isIn(confirmed, node, number)).map((each) => `${node} ${each}`),
      ),
    ];
    return missing.length === 0;
  };
  await waitUntil(isWritten, {
    what: 'everything that was published, in InfluxDB and in the delivery states',
    // What was written and not noted is looked up in InfluxDB, which may take more than a minute.
    limitMs: 150_000,
    tail: () => missing.slice(0, 20).join(', '),
  });
}

function confirmedIn(states: ReadonlyMap<string, Uint8Array>): Map<string, Ranges> {
  return new Map([...states].map(([key, bytes]) => [key, rangesIn(v1.Delivery.decode(bytes).written)]));
}

function isIn(confirmed: ReadonlyMap<string, Ranges>, node: string, number: string): boolean {
  const [run, seq] = number.split(' ');
  const ranges = confirmed.get(`${LAB}.${node}.${run}`) ?? [];
  return ranges.some(([from, to]) => from <= Number(seq) && Number(seq) <= to);
}

function rangesIn(shapes: readonly SeqRangeShape[] | null | undefined): Ranges {
  return (shapes ?? []).map(({ from, to }) => [from ?? 0, to ?? 0] as const);
}

/** A reading is taken while messages come; what is wrong stays wrong. */
const STEADY = { timeout: 30_000, interval: 300 };

/**
 * That nothing was lost and nothing is there twice, by all the books there are: what passed on the wire, the stream,
 * InfluxDB, the delivery states, and what `nestwatch status` of both versions says of them. All agents and collectors
 * were stopped in order, so even what was received and what came twice has to agree.
 * @param mostFound messages that may have been looked up in InfluxDB, because they were written and not noted in time: a
 *   collector of 0.1.0 does so on a busy machine, and loses nothing by it; one of this version adds none
 * @returns how many there are
 */
export async function expectNothingLostOrDouble(made: UpgradeLab, mostFound = 0): Promise<number> {
  await caughtUp(made);
  for (const node of made.tap.nodes()) await vi.waitFor(() => expectEachOnce(made, node), STEADY);
  const found = await vi.waitFor(() => expectDeliveryStates(made), STEADY);
  expect(found, 'found in InfluxDB').toBeLessThanOrEqual(mostFound);
  await vi.waitFor(() => expectEachOnceInStream(made, mostFound), STEADY);
  for (const version of ['0.1.0', 'new'] as const)
    await vi.waitFor(() => expectStatus(made, version), STEADY);
  return found;
}

async function expectEachOnce({ lab, tap }: UpgradeLab, node: string): Promise<void> {
  const numbers = tap.numbers(node);
  for (const [run, highest] of runsOf(tap.passed(node))) {
    const given = Array.from({ length: highest }, (_, at) => `${run} ${at + 1}`);
    expect(
      given.filter((number) => !numbers.has(number)),
      `numbers of ${node} that were given and never sent`,
    ).toEqual([]);
  }
  const { missing, repeated } = await balance(lab.store, node, numbers);
  expect(missing, `missing of ${node}`).toEqual([]);
  expect(repeated, `points of ${node} that are there twice`).toEqual([]);
}

/** @returns how many messages were looked up in InfluxDB */
async function expectDeliveryStates({ tap, stored }: UpgradeLab): Promise<number> {
  const states = await stored('nestwatch_watermarks');
  const runs = tap.nodes().flatMap((node) => [...runsOf(tap.passed(node)).keys()].map((run) => [node, run]));
  expect([...states.keys()].sort()).toEqual(runs.map(([node, run]) => `${LAB}.${node}.${run}`).sort());
  let all = 0;
  for (const [key, bytes] of states) {
    const state = v1.Delivery.decode(bytes);
    const written = rangesIn(state.written);
    expect(written, `${key}: written`).toEqual([[1, countOf(written)]]);
    expect([state.dead, state.dropped], `${key}: dead, dropped`).toEqual([[], []]);
    expect(state.duplicates ?? 0, `${key}: duplicates`).toBe(0);
    const found = countOf(rangesIn(state.found));
    all += found;
    expect(state.received, `${key}: received`).toBeGreaterThanOrEqual(countOf(written) - found);
    expect(state.received, `${key}: received`).toBeLessThanOrEqual(countOf(written));
  }
  return all;
}

/**
 * The stream drops what is sent again, by its id, for two minutes. What a collector of 0.1.0 wrote and did not note is sent
 * again after two and a half, and stands there a second time; InfluxDB has it once all the same.
 */
async function expectEachOnceInStream({ nats, tap }: UpgradeLab, mostAgain: number): Promise<void> {
  const { state } = await (await jetstreamManager(nats)).streams.info('NESTWATCH');
  expect(state.messages, 'messages in the stream').toBeGreaterThanOrEqual(tap.total());
  const most = Math.min(tap.total() + mostAgain, tap.published());
  expect(state.messages, 'messages in the stream').toBeLessThanOrEqual(most);
}

interface StatusRow {
  node: string;
  run: 'current' | 'earlier';
  written: number;
  boots: number;
}

/** `nestwatch status` counts the same, of every node and every run. */
async function expectStatus({ nestwatch, tap }: UpgradeLab, version: Version): Promise<void> {
  const rows = JSON.parse(await nestwatch(version, 'status', LAB, '--json')) as StatusRow[];
  for (const node of tap.nodes()) {
    const passed = tap.passed(node);
    const { run: newest } = passed.reduce((a, b) => (a.wallUs > b.wallUs ? a : b));
    const mine = rows.filter((row) => row.node === node);
    for (const row of mine) {
      expect(row, `${node}, by ${version}`).toMatchObject({
        duplicates: 0,
        dead: 0,
        dropped: 0,
        gaps: 0,
        lost: 0,
      });
    }
    const earlier = mine.find((row) => row.run === 'earlier') ?? { written: 0, boots: 0 };
    expect(earlier, `earlier runs of ${node}, by ${version}`).toMatchObject({
      written: passed.filter(({ run }) => run !== newest).length,
      boots: runsOf(passed).size - 1,
    });
  }
}
