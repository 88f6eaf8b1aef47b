import type { NatsConnection } from '@nats-io/transport-node';
import { createLatch } from '@nestwatch/common/latch';
import type { Estimate } from './estimator.ts';
import { keepSynced, type SyncOptions } from './keep-synced.ts';

export interface StartOptions extends Omit<SyncOptions, 'onFirst'> {
  /** Keeps the estimate by which messages made before it are placed in time. */
  fix(estimate: Estimate): Promise<void>;
}

/** How long the first messages wait for the collector's clock, ms. */
const PATIENCE_MS = 10_000;

/**
 * Starts comparing clocks, and resolves when messages may be sent: the first estimate is there, or nobody gave one
 * for a while. In that case messages made up to then never get one, so that they are the same whenever they are sent.
 */
export async function startSync(connection: NatsConnection, options: StartOptions): Promise<void> {
  const { fix, log, signal } = options;
  const fixed = createLatch();
  let isLate = false;
  const onFirst = async (estimate: Estimate) => {
    if (!isLate) await fix(estimate);
    fixed.wake();
  };
  void keepSynced(connection, { ...options, onFirst });
  if ((await fixed.wait({ signal, limitMs: PATIENCE_MS })) || signal.aborted) return;
  isLate = true;
  log.warn('no collector has told the time yet: messages stand at the time of this machine until one does');
}
