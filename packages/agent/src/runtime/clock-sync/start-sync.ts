import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Estimate } from './estimator.ts';
import { keepSynced, type SyncOptions } from './keep-synced.ts';

export interface StartOptions extends Omit<SyncOptions, 'onFirst'> {
  /** Keeps the estimate by which messages made before it are placed. */
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
  const settled = new AbortController();
  const done = AbortSignal.any([settled.signal, signal]);
  let late = false;
  const onFirst = async (estimate: Estimate) => {
    if (!late) await fix(estimate);
    settled.abort();
  };
  void keepSynced(connection, { ...options, onFirst });
  if (await pause(PATIENCE_MS, done)) {
    late = true;
    log.warn('no collector has told the time yet: reports stand at the time of this machine until one does');
  }
}
