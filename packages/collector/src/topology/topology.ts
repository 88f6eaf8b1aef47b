import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import type { Store } from '../influx/store.ts';
import type { AgentMessage } from '../ingest/decode.ts';
import type { AnsweredPosition } from '../ingest/serve-time.ts';
import { createIdConflictDetector } from './id-conflicts.ts';
import type { Override } from './join.ts';
import { createLineWriter } from './line-writer.ts';
import { createNodeRecorder } from './node-record.ts';
import { createTopologyReconciler } from './reconciler.ts';
import type { Overrides } from './settings.ts';
import { idConflictLines } from './topology-points.ts';
import { createTopologyStore } from './topology-store.ts';

export interface TopologyOptions {
  connection: NatsConnection;
  store: Pick<Store, 'write'>;
  clock: Clock;
  log: Log;
  /** Copies of the stored topology in a NATS cluster. */
  replicas: number;
  overrides: Overrides;
  forgetAfterMs: number;
}

export interface TopologyService {
  /** To be told of every message that is written. */
  observe(message: AgentMessage): void;
  /** Where a node stands, as all collectors know it. */
  positionOf(lab: string, node: string): AnsweredPosition;
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const STATE_EVERY_MS = 60_000;
/** Messages come in bursts; they are joined together. */
const BURST_MS = 200;
/** Joining a lab of thousands takes a while; it rests so many times as long, for ingest has precedence. */
const REST = 10;
const MOST_EARLY = 10_000;

/** The topology of all labs: every collector observes and answers; the one that holds the lease joins. */
export function createTopology(options: TopologyOptions): TopologyService {
  const { connection, clock, log, replicas } = options;
  const changes = createLatch();
  /** Messages that came before the store was read. */
  let early: AgentMessage[] = [];
  const store = createTopologyStore({
    connection,
    replicas,
    log,
    onChange() {
      if (store.ready && early.length > 0) {
        const messages = early;
        early = [];
        for (const message of messages) recorder.observe(message);
      }
      changes.wake();
    },
  });
  const recorder = createNodeRecorder({ stored: store.record, store: store.putRecord });
  const writer = createLineWriter(options.store, log);
  const conflicts = createIdConflictDetector((conflict) =>
    writer.write(idConflictLines(conflict, store.position(conflict.lab, conflict.node))),
  );
  const reconcile = createTopologyReconciler({
    store,
    overrides: (lab) => overridesOf(options.overrides, lab),
    forgetAfterUs: options.forgetAfterMs * 1000,
    nowUs: clock.wallUs,
    write: writer.write,
  });

  async function reconcileWhileLeading(leading: AbortSignal, works: () => void): Promise<void> {
    let lastStateMs = Number.NEGATIVE_INFINITY;
    while (!leading.aborted) {
      const startedMs = clock.monoUs() / 1000;
      const withState = store.ready && startedMs - lastStateMs >= STATE_EVERY_MS;
      if (withState) lastStateMs = startedMs;
      // What changes from here on, in a lab that was joined already, must not be missed.
      changes.clear();
      if (store.ready) await reconcile(withState);
      works();
      const tookMs = clock.monoUs() / 1000 - startedMs;
      const changed = await changes.wait({ signal: leading, limitMs: STATE_EVERY_MS });
      if (changed) await pause(Math.max(BURST_MS, tookMs * REST), leading);
    }
  }

  const leader = {
    connection,
    bucket: BUCKETS.collectorLeases,
    duty: 'topology',
    collector: hostname(),
    replicas,
    clock,
    log,
  };

  return {
    observe(message) {
      conflicts.observe(message);
      if (store.ready) recorder.observe(message);
      else if (early.length < MOST_EARLY) early.push(message);
    },
    positionOf(lab, node) {
      const { layer, parent = '' } = store.position(lab, node) ?? {};
      const parentExitUs = parent === '' ? undefined : store.record(lab, parent)?.exitUs;
      return { parent, ...defined({ layer, parentExitUs }) };
    },
    async run(signal) {
      await Promise.all([
        store.run(signal),
        whileLeader(leader, signal, reconcileWhileLeading),
        writer.run(signal),
      ]);
    },
  };
}

function overridesOf(all: Overrides, lab: string): Map<string, Override> {
  const prefix = `${lab}/`;
  return new Map(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
