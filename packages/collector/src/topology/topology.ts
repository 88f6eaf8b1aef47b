import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import type { Store } from '../influx/store.ts';
import type { Report } from '../ingest/decode.ts';
import { createClaims } from './id-conflicts.ts';
import type { Override } from './join.ts';
import { createSightings } from './node-recorder.ts';
import { claimLines, createKeeper } from './reconciler.ts';
import type { Overrides } from './settings.ts';
import { createBoard } from './topology-store.ts';

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

/** What a node is told of where it stands. */
export interface ToldPlace {
  layer?: number;
  /** Empty at a root and until known. */
  parent: string;
  /** What one exit costs its parent, µs, as the parent reported it last. */
  parentExitUs?: number;
}

export interface TopologyService {
  /** To be told of every report that is written. */
  observe(report: Report): void;
  /** Where a node stands, as all collectors know it. */
  placeOf(lab: string, node: string): ToldPlace;
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const STATE_EVERY_MS = 60_000;
/** Reports come in bursts; they are joined together. */
const SETTLE_MS = 200;
/** Joining a lab of thousands takes a while; it rests so many times as long, for ingest has precedence. */
const REST = 10;
const MOST_WAITING = 10_000;
const MOST_LINES = 10_000;

/** The topology of all labs: every collector observes and answers; the one that holds the lease joins. */
export function createTopology(options: TopologyOptions): TopologyService {
  const { connection, clock, log, replicas } = options;
  let changed: () => void = () => undefined;
  let waiting: Report[] = [];
  const board = createBoard({
    ...{ connection, replicas, log },
    onChange() {
      if (board.ready && waiting.length > 0) {
        const reports = waiting;
        waiting = [];
        for (const report of reports) sightings.observe(report);
      }
      changed();
    },
  });
  const sightings = createSightings({
    stored: board.sighting,
    store: board.putSighting,
  });
  const writer = createLineWriter(options.store, log);
  const claims = createClaims((claim) => writer.write(claimLines(claim, board.place(claim.lab, claim.node))));
  const keeper = createKeeper({
    board,
    overrides: (lab) => overridesOf(options.overrides, lab),
    forgetAfterUs: options.forgetAfterMs * 1000,
    nowUs: clock.wallUs,
    write: writer.write,
  });

  const keepWhileHeld = async (signal: AbortSignal) => {
    let lastStateMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const nowMs = clock.monoUs() / 1000;
      const withState = board.ready && nowMs - lastStateMs >= STATE_EVERY_MS;
      if (withState) lastStateMs = nowMs;
      // From here on, as a change of a lab that was kept already must not be missed.
      const change = new AbortController();
      changed = () => change.abort();
      const startedUs = clock.monoUs();
      if (board.ready) await keeper.keep(withState);
      const tookMs = (clock.monoUs() - startedUs) / 1000;
      await pause(STATE_EVERY_MS, AbortSignal.any([signal, change.signal]));
      if (change.signal.aborted) await pause(Math.max(SETTLE_MS, tookMs * REST), signal);
    }
  };

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
    observe(report) {
      claims.observe(report);
      if (board.ready) sightings.observe(report);
      else if (waiting.length < MOST_WAITING) waiting.push(report);
    },
    placeOf(lab, node) {
      const { layer, parent = '' } = board.place(lab, node) ?? {};
      const parentExitUs = parent === '' ? undefined : board.sighting(lab, parent)?.exitUs;
      return {
        parent,
        ...(layer !== undefined && { layer }),
        ...(parentExitUs !== undefined && { parentExitUs }),
      };
    },
    async run(signal) {
      await Promise.all([board.run(signal), whileLeader(leader, signal, keepWhileHeld), writer.run(signal)]);
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

/** Writes lines in their order, again and again while InfluxDB is away, and gives up the oldest beyond a limit. */
function createLineWriter(store: Pick<Store, 'write'>, log: Log) {
  let lines: string[] = [];
  let wake: () => void = () => undefined;
  return {
    write(more: string[]): void {
      lines = [...lines, ...more].slice(-MOST_LINES);
      wake();
    },
    async run(signal: AbortSignal): Promise<void> {
      const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
      while (!signal.aborted) {
        const batch = lines;
        if (batch.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          continue;
        }
        lines = [];
        try {
          await store.write(batch);
          backoff.reset();
        } catch (error) {
          log.debug('the topology cannot be written yet', { error: messageOf(error) });
          lines = [...batch, ...lines].slice(-MOST_LINES);
          await pause(backoff.next(), signal);
        }
      }
    },
  };
}
