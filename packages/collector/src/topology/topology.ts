import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import type { Store } from '../influx/store.ts';
import type { AgentMessage } from '../ingest/decode.ts';
import { ALL_LABS, type OwnLabs, ofShard } from '../shards/own-labs.ts';
import { conflictsIn, decide, type WantedDecision } from './decide.ts';
import { createIdConflictDetector } from './id-conflicts.ts';
import { createLineWriter } from './line-writer.ts';
import { createLookSchedule } from './look-schedule.ts';
import { createNodeRecorder } from './node-record.ts';
import { createTopologyReconciler, type ReconcilerOptions } from './reconciler.ts';
import { idConflictLines } from './topology-points.ts';
import { createTopologyStore } from './topology-store.ts';

export interface TopologyOptions extends ReconcilerOptions {
  connection: NatsConnection;
  store: Pick<Store, 'write'>;
  log: Log;
  readonly labs?: OwnLabs;
  /** Copies of the stored topology in a NATS cluster. */
  replicas: number;
}

export type TopologyService = ReturnType<typeof createTopology>;

const STATE_EVERY_MS = 60_000;
/** Messages come in bursts; they are joined together. */
const BURST_MS = 200;
const MOST_EARLY = 10_000;
/** A guest that moves is heard of again within this time. */
const AWAITED_FOR_US = 10 * 60e6;

/** The topology of all labs: every collector observes and answers; the one that holds the lease joins. */
export function createTopology(options: TopologyOptions) {
  const { connection, clock, log, replicas, labs = ALL_LABS } = options;
  const changes = createLatch();
  const schedule = createLookSchedule(clock);
  /** Messages that came before the store was read, and when. */
  let early: { readonly message: AgentMessage; readonly receivedUs: number }[] = [];
  const store = createTopologyStore(
    connection,
    replicas,
    log,
    (lab) => {
      if (lab !== undefined) schedule.change(lab);
      if (store.ready && early.length > 0) {
        const messages = early;
        early = [];
        for (const { message, receivedUs } of messages) record(message, receivedUs);
      }
      changes.wake();
    },
    labs,
  );
  const record = createNodeRecorder(store.record, store.putRecord, (lab, node) => {
    const unlistedUs = store.position(lab, node)?.claims?.unlistedUs;
    return unlistedUs !== undefined && clock.wallUs() - unlistedUs < AWAITED_FOR_US;
  });
  const writer = createLineWriter(options.store, log);
  const detectIdConflict = createIdConflictDetector((conflict) =>
    writer.write(
      // The node's own time is believed where it is not ahead.
      idConflictLines(
        { ...conflict, atUs: Math.min(conflict.atUs, clock.wallUs()) },
        store.position(conflict.lab, conflict.node),
      ),
    ),
  );
  const reconcile = createTopologyReconciler(store, writer.write, schedule.looked, options);

  function look(withState: boolean): Promise<void> {
    const due = schedule.take();
    return reconcile(withState, withState ? undefined : due);
  }

  async function reconcileWhileLeading(leading: AbortSignal, works: () => void): Promise<void> {
    let lastStateMs = Number.NEGATIVE_INFINITY;
    while (!leading.aborted) {
      const nowMs = clock.monoUs() / 1000;
      const withState = store.ready && nowMs - lastStateMs >= STATE_EVERY_MS;
      if (withState) lastStateMs = nowMs;
      // What changes from here on, in a lab that was joined already, must not be missed.
      changes.clear();
      if (store.ready) await look(withState);
      works();
      const limitMs = Math.min(STATE_EVERY_MS, Math.max(BURST_MS, schedule.inMs()));
      const changed = await changes.wait({ signal: leading, limitMs });
      if (changed) await pause(BURST_MS, leading);
    }
  }

  return {
    /** Call it with every message that is written. */
    observe(message: AgentMessage): void {
      // What its stream still holds of a lab that moved is for the lab's shard.
      if (!labs.owns(message.lab)) return;
      const receivedUs = clock.wallUs();
      detectIdConflict(message);
      if (store.ready) record(message, receivedUs);
      else if (early.length < MOST_EARLY) early.push({ message, receivedUs });
    },
    /**
     * Where a node stands, as all collectors know it: its layer once that is known; its parent, empty at a root and until
     * known; and what one exit costs its parent, µs, as the parent said last.
     */
    positionOf(lab: string, node: string) {
      const { layer, parent = '' } = store.position(lab, node) ?? {};
      const parentExitUs = parent === '' ? undefined : store.record(lab, parent)?.exitUs;
      return { parent, ...defined({ layer, parentExitUs }) };
    },
    /** Claims that cannot all be true and that nobody decided, of one lab or of all. */
    conflicts: (lab?: string) => conflictsIn(store, lab),
    /** Takes an operator's decision. @throws UsageError when it cannot be */
    accept(wanted: WantedDecision) {
      if (!store.ready) throw new UsageError('this collector is still starting: try again in a moment');
      return decide(store, wanted, clock.wallUs());
    },
    /** Takes a node out until it is heard of again. False when it is not known. */
    forget(lab: string, node: string): boolean {
      if (store.record(lab, node) === undefined) return false;
      store.forget(lab, node);
      return true;
    },
    /** Runs until the signal is aborted. */
    async run(signal: AbortSignal): Promise<void> {
      const lease = {
        bucket: BUCKETS.collectorLeases,
        duty: ofShard('topology', labs),
        collector: hostname(),
      };
      const leader = { ...lease, connection, replicas, clock, log };
      const leading = whileLeader(leader, signal, reconcileWhileLeading);
      await Promise.all([store.run(signal), leading, writer.run(signal)]);
    },
  };
}
