import type { KV } from '@nats-io/kv';
import { messageOf } from '../errors.ts';
import {
  holderOf,
  isWrongRevision,
  type LeaseEntry,
  readBack,
  readEntry,
  removeEntry,
} from './lease-entry.ts';

export type ClaimAttempt =
  /** The entry is ours, as it stands in the bucket. */
  | { readonly state: 'held'; readonly entry: LeaseEntry }
  | { readonly state: 'taken'; readonly entry: LeaseEntry }
  /** NATS did not answer, refused, or did not keep what it acknowledged. */
  | { readonly state: 'failed'; readonly reason: string };

/**
 * Takes the key of a lease if it is free now. Never throws.
 * @param value what stands there then: different for each claim, because it is what tells whose the entry is
 * @param signal ends the wait for a copy that lags
 */
export async function claimEntry(
  bucket: KV,
  key: string,
  value: string,
  signal: AbortSignal,
): Promise<ClaimAttempt> {
  try {
    let failure = 'NATS acknowledged the lease but did not store it';
    const revision = await bucket.create(key, value).catch((error: unknown) => {
      failure = messageOf(error);
      return undefined;
    });
    // An answer that was lost on the way does not make the lease somebody else's, nor does one that came make it ours.
    const found =
      revision === undefined
        ? await readEntry(bucket, key).catch(() => undefined)
        : await readBack(bucket, key, revision, signal);
    if (found?.value === value) return { state: 'held', entry: found };
    if (found !== undefined) return { state: 'taken', entry: found };
    if (revision !== undefined) await removeEntry(bucket, key, { value, revision });
    return { state: 'failed', reason: failure };
  } catch (error) {
    return { state: 'failed', reason: messageOf(error) };
  }
}

export type Renewal =
  | { readonly state: 'renewed'; readonly revision: number }
  /** A renewal had arrived although word of it was lost: the next one needs this revision. */
  | { readonly state: 'moved'; readonly revision: number }
  | { readonly state: 'gone'; readonly reason: string }
  | { readonly state: 'later' };

/** Writes our own entry again, so that it lives on. Never throws. */
export async function renewEntry(
  bucket: KV,
  key: string,
  own: LeaseEntry,
  signal: AbortSignal,
): Promise<Renewal> {
  let revision: number;
  try {
    revision = await bucket.update(key, own.value, own.revision);
  } catch (error) {
    return isWrongRevision(error) ? whatBecameOfIt(bucket, key, own) : { state: 'later' };
  }
  try {
    const found = await readBack(bucket, key, revision, signal);
    if (found === undefined)
      return { state: 'gone', reason: 'NATS acknowledged the renewal but did not store it' };
    if (found.value === own.value) return { state: 'renewed', revision: found.revision };
    return { state: 'gone', reason: wentTo(holderOf(found)) };
  } catch {
    return { state: 'moved', revision };
  }
}

async function whatBecameOfIt(bucket: KV, key: string, own: LeaseEntry): Promise<Renewal> {
  try {
    const found = await readEntry(bucket, key);
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
