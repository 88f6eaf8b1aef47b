import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { pause } from '../backoff.ts';

/** What stands at the key of a lease: who has it, and the revision of the last renewal. */
export interface LeaseEntry {
  readonly value: string;
  readonly revision: number;
}

/** @throws when NATS does not answer */
export async function readEntry(bucket: KV, key: string): Promise<LeaseEntry | undefined> {
  const entry = await bucket.get(key);
  if (entry === null || entry.operation !== 'PUT') return undefined;
  return { value: entry.string(), revision: entry.revision };
}

// One of several copies of a bucket may answer a little before it has what its leader acknowledged. Counted in looks,
// not in time, because a machine that stood still meanwhile has waited without looking.
const MOST_LOOKS = 20;
const LOOK_AGAIN_MS = 50;

/**
 * Reads what stands at a key after the server acknowledged a revision of it. A server whose store was damaged may
 * acknowledge what it then cannot find: nats-server 2.9.10 does after blocks of a bucket were truncated.
 * @param revision which the server acknowledged
 * @param signal ends the wait for a copy that lags
 * @returns undefined when that revision, or a later one, is not there
 * @throws when NATS does not answer
 */
export async function readBack(
  bucket: KV,
  key: string,
  revision: number,
  signal: AbortSignal,
): Promise<LeaseEntry | undefined> {
  for (let looks = 1; ; looks += 1) {
    const found = await readEntry(bucket, key);
    if (found !== undefined && found.revision >= revision) return found;
    if (looks === MOST_LOOKS || !(await pause(LOOK_AGAIN_MS, signal))) return undefined;
  }
}

/** Deletes our own entry; false when it has gone to somebody else. */
export async function removeEntry(bucket: KV, key: string, own: LeaseEntry): Promise<boolean> {
  try {
    await bucket.delete(key, { previousSeq: own.revision });
    return true;
  } catch (error) {
    // Where NATS is away, the lease expires by itself, and until it counts as lost it was ours.
    if (!isWrongRevision(error)) return true;
  }
  try {
    // A renewal that was still under way may have moved the revision on.
    const found = await readEntry(bucket, key);
    if (found?.value !== own.value) return false;
    await bucket.delete(key, { previousSeq: found.revision });
    return true;
  } catch (error) {
    return !isWrongRevision(error);
  }
}

// "wrong last sequence", with and without the number that would have been right
const WRONG_REVISION_CODES = [10071, 10164];

export function isWrongRevision(error: unknown): boolean {
  return error instanceof JetStreamApiError && WRONG_REVISION_CODES.includes(error.code);
}

/** Who has it, as it is shown to those who wait. */
export function holderOf({ value }: LeaseEntry): Readonly<Record<string, string>> {
  try {
    const { claim: _, ...holder } = JSON.parse(value) as Record<string, string>;
    return holder;
  } catch {
    return {};
  }
}
