import type { KV } from '@nats-io/kv';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';

/** NATS takes messages of up to 1 MiB by default; one that it refuses would hold up all others. */
const MOST_CHARACTERS = 256 * 1024;

/** What a bucket does not have yet: only the latest of each key counts. */
export function createUnsaved(log: Log) {
  const unsaved = new Map<string, string | undefined>();
  const added = createLatch();

  async function saveAll(bucket: KV): Promise<void> {
    for (const [key, text] of unsaved) {
      if (text === undefined) await bucket.delete(key);
      else await bucket.put(key, text);
      if (unsaved.get(key) === text) unsaved.delete(key);
    }
  }

  return {
    has: (key: string): boolean => unsaved.has(key),
    /** @param value undefined deletes the key */
    add(key: string, value: object | undefined): void {
      const text = value === undefined ? undefined : JSON.stringify(value);
      if (text !== undefined && text.length > MOST_CHARACTERS) {
        log.warn("the record of this node's guests is too large to store", { key, characters: text.length });
        return;
      }
      unsaved.set(key, text);
      added.wake();
    },
    saveAll,
    /** Saves whatever is added until the signal is aborted. */
    async keepSaving(bucket: KV, signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await saveAll(bucket);
        if (unsaved.size === 0) await added.wait({ signal });
      }
    },
  };
}
