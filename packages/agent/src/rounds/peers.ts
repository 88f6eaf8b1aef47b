import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Log } from '@nestwatch/common/log';
import type { Host } from '../host/host.ts';
import { uncoordinated } from './coordinator.ts';
import { createLeaseCoordinator } from './lease-coordinator.ts';
import type { SharedTime } from './nominal-times.ts';
import { joinPayloadRound, ownPayloadRound } from './payload/payload-round.ts';
import type { Peers } from './scheduled-run.ts';
import type { BenchmarkSettings } from './settings.ts';
import { unlessAborted } from './unless-aborted.ts';

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
  now(): SharedTime;
  /** Where this node stands in its lab, as far as it knows. */
  place(): { layer?: number; parent: string };
}

/** Beside the jitter, for how long a round waits until every node serves its payload. */
const GATHER_MS = 10_000;

/** All nodes of the lab, by way of NATS. */
export function labPeers(options: LabOptions): Peers {
  const { config, now } = options;
  return {
    coordinator: createLeaseCoordinator(options),
    async openPayload({ nominalMs, untilMs }, signal) {
      const at = now();
      const round = linkSignals([signal], Math.max(0, (untilMs - at.ms) / at.rate));
      const connection = await unlessAborted(options.connected, round.signal);
      if (connection === undefined) {
        round.release();
        throw new Error('there was no connection to NATS');
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
        signal: round.signal,
        onClosed: round.release,
      });
      const { ms, rate } = now();
      const gatheredMs = nominalMs + config['benchmarks.jitter'] + GATHER_MS;
      await pause(Math.max(0, (gatheredMs - ms) / rate), signal);
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
