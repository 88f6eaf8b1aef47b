import { pause } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { linkSignals } from '../link-signals.ts';
import { unlessAborted } from '../unless-aborted.ts';

/** Of the lease's length: how often it is renewed, and for how long it is trusted after the last renewal. */
export const RENEW_SHARE = 0.25;
const TRUST_SHARE = 0.9;

export interface Renewing {
  /** How long the lease lives unless it is renewed, on the server's clock. */
  readonly ttlMs: number;
  readonly clock: Clock;
  /** Seconds of the server's clock in one second of ours. */
  rate(): number;
  /** When the lease was asked for, on the clock's monotonic time. */
  readonly startedUs: number;
  readonly signal: AbortSignal;
  /** Renews it once. Never rejects. */
  renew(): Promise<RenewalAnswer>;
}

export type RenewalAnswer =
  /** It lives for this long from when that was asked for; as long as before where it is absent. */
  | { readonly state: 'renewed'; readonly ttlMs?: number }
  /** Whether it was renewed is not known, or it was not. */
  | { readonly state: 'moved' | 'later' }
  | { readonly state: 'gone'; readonly reason: string };

/**
 * Renews until the signal is aborted. The lease counts as lost, here, before the server gives it to somebody else:
 * time is counted from when a renewal was asked for, on this machine's monotonic clock.
 * @returns why the lease was lost; undefined when the signal was aborted before
 */
export async function keepRenewing(renewing: Renewing): Promise<string | undefined> {
  const { clock, signal, rate, renew } = renewing;
  let { ttlMs } = renewing;
  let confirmedUs = renewing.startedUs;
  const leftMs = () => (ttlMs * TRUST_SHARE) / rate() - (clock.monoUs() - confirmedUs) / 1000;
  let waitMs = (ttlMs * RENEW_SHARE) / rate();
  while (await pause(Math.min(waitMs, Math.max(1, leftMs())), signal)) {
    if (leftMs() <= 0) return 'lease lost: it could not be renewed in time';
    const askedUs = clock.monoUs();
    const found = await within(leftMs(), signal, renew());
    if (signal.aborted) return undefined;
    if (found === undefined) continue;
    if (found.state === 'gone') return `lease lost: ${found.reason}`;
    if (found.state === 'renewed') {
      confirmedUs = askedUs;
      ttlMs = found.ttlMs ?? ttlMs;
    }
    waitMs = (ttlMs * RENEW_SHARE) / rate() / (found.state === 'renewed' ? 1 : 5);
  }
  return undefined;
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
