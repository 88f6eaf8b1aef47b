import { pause } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { linkSignals } from '../link-signals.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { LeaseBucket } from './lease-bucket.ts';
import { holderOf, isWrongRevision, readBack, readEntry } from './lease-entry.ts';

/** Of the lease's length: how often it is renewed, and for how long it is trusted after the last renewal. */
export const RENEW_SHARE = 0.25;
const TRUST_SHARE = 0.9;

export interface Renewing {
  readonly leases: LeaseBucket;
  readonly key: string;
  /** Our own entry; its revision is brought up to date, because the next renewal stands on it. */
  readonly own: { readonly value: string; revision: number };
  readonly clock: Clock;
  /** Seconds of the server's clock in one second of ours. */
  rate(): number;
  /** When the lease was asked for, on the clock's monotonic time. */
  readonly startedUs: number;
  readonly signal: AbortSignal;
}

type Answer =
  | { state: 'renewed'; revision: number }
  /** A renewal had arrived although word of it was lost: the next one needs this revision. */
  | { state: 'moved'; revision: number }
  | { state: 'gone'; reason: string }
  | { state: 'later' };

/**
 * Renews until the signal is aborted. The lease counts as lost, here, before the server gives it to somebody else:
 * time is counted from when a renewal was asked for, on this machine's monotonic clock.
 * @returns why the lease was lost; undefined when the signal was aborted before
 */
export async function keepRenewing(renewing: Renewing): Promise<string | undefined> {
  const { clock, signal, own, rate } = renewing;
  const { ttlMs } = renewing.leases;
  let confirmedUs = renewing.startedUs;
  const leftMs = () => (ttlMs * TRUST_SHARE) / rate() - (clock.monoUs() - confirmedUs) / 1000;
  let waitMs = (ttlMs * RENEW_SHARE) / rate();
  while (await pause(Math.min(waitMs, Math.max(1, leftMs())), signal)) {
    if (leftMs() <= 0) return 'lease lost: it could not be renewed in time';
    const askedUs = clock.monoUs();
    const found = await within(leftMs(), signal, renew(renewing));
    if (signal.aborted) return undefined;
    if (found === undefined) continue;
    if (found.state === 'gone') return `lease lost: ${found.reason}`;
    if (found.state === 'renewed') confirmedUs = askedUs;
    if (found.state !== 'later') own.revision = found.revision;
    waitMs = (ttlMs * RENEW_SHARE) / rate() / (found.state === 'renewed' ? 1 : 5);
  }
  return undefined;
}

async function renew(renewing: Renewing): Promise<Answer> {
  const { key, own, signal } = renewing;
  const { bucket } = renewing.leases;
  let revision: number;
  try {
    revision = await bucket.update(key, own.value, own.revision);
  } catch (error) {
    return isWrongRevision(error) ? whatBecameOfIt(renewing) : { state: 'later' };
  }
  try {
    const found = await readBack(bucket, key, revision, signal);
    if (found === undefined)
      return { state: 'gone', reason: 'NATS acknowledged a renewal and did not keep it' };
    if (found.value === own.value) return { state: 'renewed', revision: found.revision };
    return { state: 'gone', reason: wentTo(holderOf(found)) };
  } catch {
    return { state: 'moved', revision };
  }
}

async function whatBecameOfIt({ leases, key, own }: Renewing): Promise<Answer> {
  try {
    const found = await readEntry(leases.bucket, key);
    if (found === undefined) return { state: 'gone', reason: 'it expired' };
    if (found.value === own.value) return { state: 'moved', revision: found.revision };
    return { state: 'gone', reason: wentTo(holderOf(found)) };
  } catch {
    return { state: 'later' };
  }
}

function wentTo({ name = 'another holder' }: Readonly<Record<string, string>>): string {
  return `it went to ${name}`;
}

/** The answer; undefined when it does not come in time or the signal is aborted. */
async function within<T>(ms: number, signal: AbortSignal, answer: Promise<T>): Promise<T | undefined> {
  const limit = linkSignals([signal], Math.max(0, ms));
  try {
    return await unlessAborted(answer, limit.signal);
  } finally {
    limit.release();
  }
}
