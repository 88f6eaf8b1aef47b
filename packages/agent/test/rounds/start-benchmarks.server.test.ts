import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { systemClock } from '@nestwatch/common/clock';
import { type Lease, waitForLease } from '@nestwatch/common/nats/lease';
import { openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS, type RoundRequestShape, subjects, v1 } from '@nestwatch/proto';
import type { TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test, vi } from 'vitest';
import type { ResultBody } from '../../src/benchmarks/result.ts';
import type { PayloadRound } from '../../src/rounds/payload/payload-round.ts';
import { startGrantingNats } from './support/granting-nats.ts';
import { startTestNode, type TestNode } from './support/test-node.ts';

// Each test has a server of its own and mostly waits, so they do it at once.
vi.setConfig({ testTimeout: 400_000, maxConcurrency: 3 });
/** As a collector makes the bucket. */
const LEASE_MS = 30_000;
const { OK, SKIPPED, UNREACHABLE } = v1.BenchmarkResult.Outcome;

/**
 * Asks once this many nodes listen; nodes answer a request without names, too, and refuse it. The round's time is that of
 * the asking, however long the nodes took to come up.
 * @returns its nominal time
 */
async function askForRound(
  nats: TestNats,
  nodes: number,
  request: Omit<RoundRequestShape, 'nominalMs'>,
): Promise<number> {
  const connection = await nats.connect();
  const replies = new Set<string>();
  connection.subscribe(subjects.roundReply('test', '*'), {
    callback: (_, message) => void replies.add(message.subject),
  });
  const ask = (asked: RoundRequestShape) =>
    connection.publish(subjects.round('test'), v1.RoundRequest.encode(asked).finish());
  await vi.waitFor(() => {
    ask({});
    expect(replies.size).toBe(nodes);
  }, PATIENT);
  const nominalMs = Date.now();
  ask({ ...request, nominalMs });
  await connection.flush();
  return nominalMs;
}

const finished = (nodes: readonly TestNode[], benchmarks: readonly string[]) =>
  nodes.every(({ results }) =>
    benchmarks.every((name) => results.some((each) => each.benchmark === name && each.last)),
  );

/** Waits until this many nodes serve their payload, instead of the time that nodes give each other for it. */
const untilServing = (nodes: number) => (payload: PayloadRound) =>
  vi.waitFor(async () => expect(await payload.targets()).toHaveLength(nodes), PATIENT);

/** Every pair of runs on different nodes whose times overlap. */
function overlaps(nodes: readonly TestNode[]): string[] {
  const runs = nodes
    .flatMap(({ node, results }) =>
      results.filter((each) => each.outcome === OK).map((each) => ({ node, each })),
    )
    .map(({ node, each }) => ({
      node,
      what: each.benchmark,
      from: each.startedMonoUs ?? 0,
      to: each.endedMonoUs ?? 0,
    }));
  return runs.flatMap((a) =>
    runs
      .filter((b) => a.node < b.node && a.from < b.to && b.from < a.to)
      .map((b) => `${a.what} on ${a.node} and ${b.what} on ${b.node}`),
  );
}

test.concurrent('a round that is asked for runs on all nodes, one at a time, and measures the matrix of the network', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const gather = untilServing(3);
  const nodes = await Promise.all([0, 1, 2].map((layer) => startTestNode(nats, layer, { gather })));
  try {
    const names = ['cpu.sha256', 'net.http'];
    const nominalMs = await askForRound(nats, 3, { benchmarks: names, windowSeconds: 600 });
    await vi.waitFor(() => expect(finished(nodes, names)).toBe(true), PATIENT);

    expect(overlaps(nodes)).toEqual([]);
    const sha = nodes.flatMap(({ results }) => results.filter((each) => each.benchmark === 'cpu.sha256'));
    expect(new Set(sha.map((each) => each.round)).size).toBe(1);
    expect(sha[0]?.round).toBe(`cpu.sha256@${new Date(nominalMs).toISOString().replace('.000Z', 'Z')}`);
    const fences = nodes.flatMap(({ results }) => results.map((each) => each.fence));
    expect(fences.every((fence) => (fence ?? 0) > 0)).toBe(true);

    const matrix = nodes.map(({ node, results }) =>
      results
        .filter((each) => each.benchmark === 'net.http')
        .map((each) => `${node} <- ${each.target} over ${each.distanceLayers}: ${each.outcome === OK}`)
        .sort(),
    );
    expect(matrix).toEqual([
      ['guest0 <- guest0 over 0: true', 'guest0 <- guest1 over 1: true', 'guest0 <- guest2 over 2: true'],
      ['guest1 <- guest0 over 1: true', 'guest1 <- guest1 over 0: true', 'guest1 <- guest2 over 1: true'],
      ['guest2 <- guest0 over 2: true', 'guest2 <- guest1 over 1: true', 'guest2 <- guest2 over 0: true'],
    ]);
  } finally {
    await Promise.all(nodes.map((each) => each.stop()));
  }
});

test.concurrent('who gets no turn before the round ends reports "skipped" with who had it', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const nodes = await Promise.all([0, 1].map((layer) => startTestNode(nats, layer)));
  try {
    const theirs = await holdTurn(nats);
    await askForRound(nats, 2, { benchmarks: ['timer.latency'], windowSeconds: 1 });
    await vi.waitFor(() => expect(finished(nodes, ['timer.latency'])).toBe(true), PATIENT);
    for (const { results } of nodes) {
      expect(results).toMatchObject([
        { outcome: SKIPPED, reason: 'no turn before the round ended: guest9 had it, for their round' },
      ]);
    }
    expect(await theirs.release()).toBe(true);
  } finally {
    await Promise.all(nodes.map((each) => each.stop()));
  }
});

/** Takes the lab's one turn, as a node that never ends its work. */
async function holdTurn(nats: TestNats): Promise<Lease> {
  const connection = await nats.connect();
  const leases = await openLeaseBucket(connection, BUCKETS.benchmarkLeases, LEASE_MS);
  const holder = { node: 'guest9', name: 'guest9', benchmark: 'timer.latency', round: 'their round' };
  const { signal } = new AbortController();
  const attempt = await waitForLease(
    { connection, leases, key: 'test', holder, clock: systemClock, signal },
    signal,
  );
  if (attempt.state !== 'held') throw new Error('the turn could not be taken');
  return attempt.lease;
}

test.concurrent('a second round meanwhile is skipped on a busy node, not queued up', async ({ expect }) => {
  await using nats = await startGrantingNats();
  const node = await startTestNode(nats, 0);
  try {
    // Half a minute of work at least, which is not waited for.
    await askForRound(nats, 1, { benchmarks: ['timer.latency'], size: 'full' });
    await askForRound(nats, 1, { benchmarks: ['cpu.sha256'] });
    await vi.waitFor(() => expect(finished([node], ['cpu.sha256'])).toBe(true), PATIENT);
    const sha = node.results.filter((each) => each.benchmark === 'cpu.sha256');
    expect(sha).toHaveLength(1);
    expect(sha[0]).toMatchObject({ outcome: SKIPPED });
    expect(sha[0]?.reason).toMatch(/still busy with the round of/);
  } finally {
    await node.stop();
  }
});

test.concurrent('a node that announced itself and cannot be reached is reported as such', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const gather = untilServing(3);
  const nodes = await Promise.all([0, 1].map((layer) => startTestNode(nats, layer, { gather })));
  try {
    const hidden = { node: 'guest2', addresses: ['127.0.0.1:1'], layer: 2, parent: 'guest1', done: true };
    const connection = await nats.connect();
    // An agent of 0.1.0 announces itself in the round in which guest1 does.
    connection.subscribe(subjects.payload('test', 'guest1'), {
      callback: (_, { data }) => {
        const key = `$KV.${BUCKETS.rounds}.test.${v1.PayloadRequest.decode(data).round}.guest2`;
        connection.publish(key, v1.PayloadServer.encode(hidden).finish());
      },
    });
    await connection.flush();
    await askForRound(nats, 2, { benchmarks: ['net.http'] });
    await vi.waitFor(() => expect(finished(nodes, ['net.http'])).toBe(true), PATIENT);
    for (const { results } of nodes) {
      expect(results.map((each) => each.target).sort()).toEqual(['guest0', 'guest1', 'guest2']);
      const found = results.find((each) => each.target === 'guest2');
      expect(found?.outcome).toBe(UNREACHABLE);
      expect(found?.secondsPerUnit).toBeUndefined();
      expect(found?.reason).toMatch(/^127\.0\.0\.1:1: ECONNREFUSED/);
    }
  } finally {
    await Promise.all(nodes.map((each) => each.stop()));
  }
});

test.concurrent('stopping a node in its turn kills the work, keeps what it had as disturbed, and frees the turn', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const [first, second] = [await startTestNode(nats, 0), await startTestNode(nats, 1)];
  await askForRound(nats, 2, { benchmarks: ['timer.latency'], size: 'full' });
  const leases = await openLeases(nats);
  const holder = await vi.waitUntil(() => holderOf(leases), PATIENT);
  const [held, other] = holder === first.node ? [first, second] : [second, first];
  await held.stop();
  const last: ResultBody | undefined = held.results.at(-1);
  expect(last?.reason).toMatch(/stopped: the test ends/);
  await vi.waitFor(async () => expect(await holderOf(leases)).toBe(other.node), PATIENT);
  await other.stop();
});

test.concurrent('a round goes on over a restart of NATS, and still no two nodes overlap', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const nodes = await Promise.all([0, 1, 2].map((layer) => startTestNode(nats, layer)));
  try {
    const leases = await openLeases(nats);
    // Turns of some seconds, so that the first of them is not over before it is seen.
    await askForRound(nats, 3, { benchmarks: ['timer.latency'], size: 'small' });
    await vi.waitUntil(() => holderOf(leases), PATIENT);
    await nats.stopServer();
    await nats.start();
    await vi.waitFor(() => expect(finished(nodes, ['timer.latency'])).toBe(true), PATIENT);
    expect(overlaps(nodes)).toEqual([]);
    // The restart is shorter than the lease, so that every node has its turn.
    const outcomes = nodes.flatMap(({ results }) => results.map((each) => each.outcome));
    expect(new Set(outcomes)).toEqual(new Set([OK]));
  } finally {
    await Promise.all(nodes.map((each) => each.stop()));
  }
});

/**
 * Direct reads, as the nodes do: the other way asks the stream itself, and nats-server 2.9.10 ends with a nil pointer
 * (jsMsgGetRequest) when that is being made in the same moment.
 */
async function openLeases(nats: TestNats): Promise<KV> {
  return new Kvm(jetstream(await nats.connect())).open(BUCKETS.benchmarkLeases, { allow_direct: true });
}

/** The node that has the lease; empty when none has. */
async function holderOf(leases: KV): Promise<string> {
  const entry = await leases.get('test').catch(() => null);
  if (entry === null || entry.operation !== 'PUT') return '';
  return (entry.json() as { node: string }).node;
}
