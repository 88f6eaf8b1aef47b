import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { Registry } from 'prom-client';
import type { Alert } from './alerting/alerts/alert.ts';
import { createExitsWanted } from './alerting/exits-wanted.ts';
import { createAlertingMetrics } from './alerting/metrics.ts';
import { runWatch } from './alerting/watch.ts';
import { runAmplification } from './analysis/exit-amplification.ts';
import { createRounds } from './analysis/rounds/rounds.ts';
import type { CollectorConfig } from './config/schema.ts';
import { createDelivery } from './delivery/delivery.ts';
import { tolerant } from './influx/points/tolerant.ts';
import { createRetention } from './influx/retention/retention.ts';
import type { Store } from './influx/store.ts';
import { watchWrites } from './influx/watch-writes.ts';
import { createBeyond } from './ingest/beyond.ts';
import { BUCKET_SETTINGS } from './ingest/buckets.ts';
import { createDoor } from './ingest/door.ts';
import { createGrowthGuard } from './ingest/growth-guard.ts';
import { runIngest } from './ingest/ingest.ts';
import { keepSites } from './ingest/keep-sites.ts';
import { createIngestMetrics } from './ingest/metrics.ts';
import { readBacklog } from './ingest/provision.ts';
import { serveTime } from './ingest/serve-time.ts';
import { createInvitations } from './invite/invitations.ts';
import { runInvitations } from './invite/run-invitations.ts';
import { createUpgrades } from './invite/upgrades.ts';
import { servePeople } from './operators/serve.ts';
import { shardVerbs } from './operators/shards.ts';
import { verbsOf } from './operators/verbs.ts';
import { createSelfMetrics } from './self-metrics/self-metrics.ts';
import { createTimingMetrics } from './self-metrics/timing-metrics.ts';
import { writeSelfMetrics } from './self-metrics/write-self-metrics.ts';
import { keepLabs } from './shards/keep-labs.ts';
import { ALL_LABS, sharedBucket } from './shards/own-labs.ts';
import type { ShardLabs } from './shards/shard-labs.ts';
import { createTopology } from './topology/topology.ts';
import { runTurns } from './turns/turns.ts';
import type { Health } from './web/monitoring.ts';

/** What the parts of a collector share. */
export interface Surroundings {
  readonly config: CollectorConfig;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly registry: Registry;
  /** Kept up to date by the parts. */
  readonly health: Health;
  /** Of the labs of this collector's shard. */
  readonly store: Store;
  /** The shard's labs, where there are shards. */
  readonly shardLabs: ShardLabs | undefined;
  readonly connection: NatsConnection;
  /** A second one, on which nodes ask: however much that is, it holds up neither messages nor leases. */
  readonly questions: NatsConnection;
  /** Of this collector: host and port. */
  readonly name: string;
}

/**
 * Runs all parts of a collector until the signal is aborted. Then ingest stops pulling, writes what it has and
 * acknowledges it, alerting stops, and those last that take note of what was written.
 */
export async function runParts(surroundings: Surroundings): Promise<void> {
  const { config, log, signal, clock, registry, health, shardLabs, connection, questions, name } =
    surroundings;
  const labs = shardLabs ?? ALL_LABS;
  const watched = watchWrites(surroundings.store, (takes) => {
    health.influx = takes;
  });
  const tolerantStore = tolerant(watched, log);
  // A lab that moved away is still in the database.
  const store = shardLabs === undefined ? tolerantStore : ofLabs(tolerantStore, labs.owns);
  const replicas = config['stream.replicas'];
  const backlog = () => readBacklog(connection, config['stream.name']);
  const timings = createTimingMetrics(registry);
  const selfMetrics = createSelfMetrics(clock, timings);
  const beyond = createBeyond();
  const growth = createGrowthGuard(config);
  const common = { connection, store, clock, log };
  const tracker = createDelivery({
    ...common,
    bucket: { ...sharedBucket(BUCKET_SETTINGS.watermarks, labs), replicas },
    registry,
    labs,
    mayBegin(run) {
      const may = growth.mayTell(run, clock.wallUs());
      if (!may) beyond.note({ ...run, name: '' }, 'keys', 'reports more runs of its agent than allowed');
      return may;
    },
  });
  const retention = createRetention(store, config, clock, log);
  const topology = createTopology({
    ...common,
    labs,
    replicas,
    overrides: config['topology.overrides'],
    forgetAfterMs: config['topology.forget-after'],
  });
  const rounds = createRounds({ store, log, positionOf: topology.positionOf });
  let watches = false;
  const state = () => ({ reachesNats: health.nats, readsStream: health.stream, watches });
  const own = {
    ...{ store, metrics: selfMetrics, state, readBacklog: backlog, name, clock, log, beyond },
    onPending: timings.pending,
  };

  const written = new AbortController();
  setMaxListeners(0, written.signal);
  const untilWritten = [
    ...[tracker, retention, topology, rounds].map((part) => part.run(written.signal)),
    writeSelfMetrics(own, written.signal),
    runAmplification({ store, nowUs: clock.wallUs, log }, written.signal),
  ];
  const door = createDoor({
    clock,
    labs,
    onBeyond: (lab, node, count) =>
      beyond.note({ lab, node, name: '' }, 'questions', 'sends more requests than the limit', count),
  });
  const alertingMetrics = createAlertingMetrics(registry);
  const alertsBucket = { ...sharedBucket(BUCKET_SETTINGS.alerts, labs), replicas };
  const exitsWanted = createExitsWanted(
    () => ensureBucket(connection, BUCKETS.alerts, alertsBucket),
    clock,
    log,
  );
  void exitsWanted.run(signal);
  const { positionOf } = topology;
  const collector = hostname();
  const invitationsBucket = () =>
    ensureBucket(connection, BUCKETS.invitations, { ...BUCKET_SETTINGS.invitations, replicas });
  const invitations = createInvitations(invitationsBucket, clock);
  const upgrades = createUpgrades(invitationsBucket, log);
  void upgrades.run(signal);
  const told = { positionOf, exitsWantedOf: exitsWanted.of, upgradeOf: upgrades.of };
  serveTime(questions, { clock, collector, log, ...told, door, labs });
  const verbs = verbsOf({ ...common, questions, alertsBucket, topology, invitations, upgrades, config });
  const ofShards = shardVerbs(connection, shardLabs);
  const all = {
    read: { ...verbs.read, ...ofShards.read },
    operate: { ...verbs.operate, ...ofShards.operate },
  };
  servePeople(connection, all, log, labs);
  const inviting = runInvitations(
    { config, invitations, upgrades, store: surroundings.store, clock, log },
    signal,
  );
  const granting = runTurns(
    { connection, questions, door, labs, config, clock, log, positionOf: topology.positionOf },
    signal,
  );
  const watch = {
    ...common,
    labs,
    config,
    bucket: alertsBucket,
    readBacklog: backlog,
    metrics: alertingMetrics,
    onAlerts: (alerts: readonly Alert[] | undefined) => {
      watches = alerts !== undefined;
      alertingMetrics.alerts(alerts);
    },
  };
  const keeping = keepSites({ connection, config, log, signal });
  const following = shardLabs?.run(signal);
  const watching = config['watch.enabled'] ? runWatch(watch, signal) : undefined;
  await runIngest({
    ...common,
    config,
    tracker,
    growth,
    beyond,
    signal,
    store: selfMetrics.timing(store),
    onWritten(message) {
      topology.observe(message);
      if (labs.owns(message.lab)) rounds.observe(message);
      const { lab, node, header } = message;
      if (!retention.note(header.labUs ?? header.wallUs, `${lab}.${node}`))
        beyond.note(header, 'thinning', 'has more late points than the limit for thinning');
    },
    metrics: selfMetrics.counting(createIngestMetrics(registry)),
    onReading(reads) {
      health.stream = reads;
    },
    ...(shardLabs && { labsOf: shardLabs.settle }),
  });
  await Promise.all([watching, granting, inviting, keeping, following]);
  written.abort();
  await Promise.all(untilWritten);
}

/** A store whose answers are of some labs only. */
function ofLabs(store: Store, owns: (lab: string) => boolean): Store {
  return {
    ...store,
    query: async (influxql) => keepLabs(await store.query(influxql), owns),
    queryThinned: async (influxql) => keepLabs(await store.queryThinned(influxql), owns),
  };
}
