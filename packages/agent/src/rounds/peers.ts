import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Log } from '@nestwatch/common/log';
import { unlessAborted } from '@nestwatch/common/unless-aborted';
import type { Host } from '../host/host.ts';
import { type Coordinator, uncoordinated } from './coordinator.ts';
import type { LayerPosition } from './payload/distance.ts';
import { joinPayloadRound, ownPayloadRound, type PayloadRound } from './payload/payload-round.ts';
import type { ScheduledRun } from './scheduled-run.ts';
import type { BenchmarkSettings } from './settings.ts';
import { msUntil, type SharedTime } from './shared-time.ts';
import { createTurnCoordinator } from './turn-coordinator.ts';

/** With whom this node takes turns: the nodes of its lab, or nobody. */
export interface Peers {
  readonly coordinator: Coordinator;
  /** Starts to serve the payload of net.http; resolves when the others have had time to do so too. */
  openPayload(run: ScheduledRun, signal: AbortSignal): Promise<PayloadRound>;
}

export interface LabOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: BenchmarkSettings;
  /** Resolves when there is a connection, or with undefined when there will be none. */
  readonly connected: Promise<NatsConnection | undefined>;
  /** Waits until every node serves its payload, at most until then. Default: until then. */
  gather?(payload: PayloadRound, limitMs: number, signal: AbortSignal): Promise<unknown>;
  now(): SharedTime;
  /** Where this node stands in its lab, as far as it knows. */
  position(): LayerPosition;
}

/** Beside the jitter, for how long nodes wait for each other. */
const GATHER_MS = 10_000;

/** All nodes of the lab, by way of NATS. */
export function labPeers(options: LabOptions): Peers {
  const { config, now } = options;
  const { gather = (_, limitMs, signal) => pause(limitMs, signal) } = options;
  return {
    coordinator: createTurnCoordinator(options),
    async openPayload({ nominalMs, untilMs }, signal) {
      const round = linkSignals([signal], msUntil(untilMs, now()));
      const connection = await unlessAborted(options.connected, round.signal);
      if (connection === undefined) {
        round.release();
        throw new Error('no connection to NATS');
      }
      const payload = await joinPayloadRound({
        ...options,
        connection,
        round: `net_http-${Math.round(nominalMs)}`,
        serve: {
          address: config['benchmarks.http-address'],
          port: config['benchmarks.http-port'],
          bytesPerSecond: config['benchmarks.http-rate'],
          limitMs: config['benchmarks.http-time-limit'],
        },
        announced: config['benchmarks.http-announce'],
        networks: config['benchmarks.http-networks'],
        rate: () => Math.max(now().rate, 0.01),
        signal: round.signal,
        onClosed: round.release,
      });
      const gatheredMs = nominalMs + config['benchmarks.jitter'] + GATHER_MS;
      await gather(payload, msUntil(gatheredMs, now()), signal);
      return payload;
    },
  };
}

/** Nobody: turns are given at once, and the only payload is this node's own. */
export function noPeers(node: string, config: BenchmarkSettings): Peers {
  return {
    coordinator: uncoordinated,
    openPayload: () => ownPayloadRound(node, config['benchmarks.http-time-limit']),
  };
}
