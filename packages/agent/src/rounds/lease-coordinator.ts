import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Log } from '@nestwatch/common/log';
import { type LeaseAttempt, waitForLease } from '@nestwatch/common/nats/lease';
import { type LeaseBucket, openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { retryUntil } from '@nestwatch/common/retry';
import { unlessAborted } from '@nestwatch/common/unless-aborted';
import { BUCKETS } from '@nestwatch/proto';
import type { Claim, Coordinator, Turn, TurnEnd } from './coordinator.ts';
import { msUntil, type SharedTime } from './shared-time.ts';

export interface LeaseCoordinatorOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when there is a connection, or with undefined when there will be none. */
  readonly connected: Promise<NatsConnection | undefined>;
  now(): SharedTime;
}

/** Length of the lease where this node is the first to need it; a bucket that exists keeps its own. */
export const BENCHMARK_LEASE_MS = 30_000;

const RETRY_MS = 1000;

/** Gives turns by the one lease that a lab has for benchmarks. */
export function createLeaseCoordinator(options: LeaseCoordinatorOptions): Coordinator {
  const { lab, node, name, clock, log, now, connected } = options;
  let leases: LeaseBucket | undefined;

  async function wait(claim: Claim, signal: AbortSignal, patience: AbortSignal): Promise<LeaseAttempt> {
    let reason = 'there was no connection to NATS';
    const connection = await unlessAborted(connected, patience);
    if (connection === undefined) return { state: 'failed', reason };
    const attemptOnce = async () => {
      try {
        leases ??= await openLeaseBucket(connection, BUCKETS.benchmarkLeases, BENCHMARK_LEASE_MS);
        const holder = { node, name, benchmark: claim.benchmark, round: claim.round };
        const rate = () => now().rate;
        const attempt = await waitForLease(
          { connection, leases, key: lab, holder, clock, rate, signal },
          patience,
        );
        if (attempt.state !== 'failed') return attempt;
        throw new Error(attempt.reason);
      } catch (error) {
        // The bucket may be gone, and another be there or have to be made.
        leases = undefined;
        reason = messageOf(error);
        throw error;
      }
    };
    const attempt = await retryUntil(attemptOnce, {
      log,
      level: 'debug',
      failing: 'cannot ask for a turn of benchmarks',
      signal: patience,
      firstMs: RETRY_MS,
      maxMs: RETRY_MS,
    });
    return attempt ?? { state: 'failed', reason };
  }

  return {
    async turn<T>(claim: Claim, signal: AbortSignal, use: (turn: Turn) => Promise<T>): Promise<TurnEnd<T>> {
      const patience = linkSignals([signal], msUntil(claim.untilMs, now()));
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
