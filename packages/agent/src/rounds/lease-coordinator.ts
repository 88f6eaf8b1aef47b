import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { type LeaseAttempt, waitForLease } from '@nestwatch/common/nats/lease';
import { type LeaseBucket, openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { Claim, Coordinator, Turn, TurnEnd } from './coordinator.ts';
import type { SharedTime } from './nominal-times.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface LeaseCoordinatorOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly clock: Clock;
  /** Resolves when there is a connection, or with undefined when there will be none. */
  readonly connected: Promise<NatsConnection | undefined>;
  now(): SharedTime;
}

/** Length of the lease where this node is the first to need it; a bucket that exists keeps its own. */
export const BENCHMARK_LEASE_MS = 30_000;

const RETRY_MS = 1000;

/** Gives turns by the one lease that a lab has for benchmarks. */
export function createLeaseCoordinator(options: LeaseCoordinatorOptions): Coordinator {
  const { lab, node, name, clock, now, connected } = options;
  let leases: Promise<LeaseBucket> | undefined;

  /** The bucket, asked for again after a failure. */
  const open = (connection: NatsConnection) => {
    leases ??= openLeaseBucket(connection, BUCKETS.benchmarkLeases, BENCHMARK_LEASE_MS).catch((error) => {
      leases = undefined;
      throw error;
    });
    return leases;
  };

  async function wait(claim: Claim, signal: AbortSignal, patience: AbortSignal): Promise<LeaseAttempt> {
    const connection = await unlessAborted(connected, patience);
    if (connection === undefined) return { state: 'failed', reason: 'there was no connection to NATS' };
    for (;;) {
      const attempt = await tryFor(claim, connection, signal, patience);
      if (attempt.state !== 'failed' || !(await pause(RETRY_MS, patience))) return attempt;
    }
  }

  async function tryFor(
    claim: Claim,
    connection: NatsConnection,
    signal: AbortSignal,
    patience: AbortSignal,
  ): Promise<LeaseAttempt> {
    try {
      const holder = { node, name, benchmark: claim.benchmark, round: claim.round };
      const wanted = { connection, key: lab, holder, clock, rate: () => now().rate, signal };
      const attempt = await waitForLease({ ...wanted, leases: await open(connection) }, patience);
      // The bucket may be gone, and another be there or have to be made.
      if (attempt.state === 'failed') leases = undefined;
      return attempt;
    } catch (error) {
      return { state: 'failed', reason: messageOf(error) };
    }
  }

  return {
    async turn<T>(claim: Claim, signal: AbortSignal, use: (turn: Turn) => Promise<T>): Promise<TurnEnd<T>> {
      const { ms, rate } = now();
      const leftMs = Math.max(0, (claim.untilMs - ms) / rate);
      const patience = linkSignals([signal], leftMs);
      const attempt = await wait(claim, signal, patience.signal).finally(patience.release);
      if (attempt.state !== 'held') return { state: 'missed', reason: whyMissed(attempt) };
      const { lease } = attempt;
      try {
        const value = await use({ fence: lease.fence, lost: lease.lost });
        return { state: 'held', value, kept: await lease.release() };
      } catch (error) {
        await lease.release();
        throw error;
      }
    },
  };
}

function whyMissed(attempt: Exclude<LeaseAttempt, { state: 'held' }>): string {
  if (attempt.state === 'failed') return `no turn before the round ended: ${attempt.reason}`;
  const { name = 'another node', round = 'another round' } = attempt.holder;
  return `no turn before the round ended: ${name} had it, for ${round}`;
}
