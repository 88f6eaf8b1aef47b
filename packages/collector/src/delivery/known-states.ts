import type { Log } from '@nestwatch/common/log';
import { createSharedTexts } from '@nestwatch/common/shared-texts';
import { decodeState } from './encode-state.ts';
import { type DeliveryState, emptyState, type StatesByKey } from './state.ts';
import { createStateShares } from './state-shares.ts';

/** A state as it stands in the bucket. */
export interface Known {
  readonly state: DeliveryState;
  /** Of its key. */
  readonly revision: number;
}

/** The delivery states that this collector has read or written, each at its newest revision, within the shares. */
export function createKnownStates(log: Log) {
  const known = new Map<string, Known>();
  const shares = createStateShares((key) => known.get(key)?.state.lastUs ?? 0);
  const texts = createSharedTexts();

  /** The same states by themselves, for those who walk over all of them. */
  const states: StatesByKey = {
    has: (key) => known.has(key),
    get: (key) => known.get(key)?.state,
    keys: () => known.keys(),
    *[Symbol.iterator]() {
      for (const [key, { state }] of known) yield [key, state];
    },
  };

  function unlearn(key: string): void {
    known.delete(key);
    shares.drop(key);
  }

  return {
    /** By key. Goes on changing. */
    states,
    get: (key: string): Known | undefined => known.get(key),
    /** Takes what the bucket has, unless something newer is known. */
    learn(key: string, bytes: Uint8Array, revision: number): Known {
      const before = known.get(key);
      if (before !== undefined && before.revision >= revision) return before;
      try {
        const fresh = { state: decodeState(bytes, texts), revision };
        // A key that was cut out of a subject would keep the subject.
        const own = before === undefined ? Buffer.from(key).toString() : key;
        known.set(own, fresh);
        shares.note(own, bytes.length);
        return fresh;
      } catch {
        log.warn('a delivery state in the bucket is not readable and starts again', { key });
        return begun(key, revision);
      }
    },
    unlearn,
    /** Unlearns what is beyond the shares because this state is there. @returns keys of it */
    trim(key: string): string[] {
      const surplus = shares.surplusOf(key);
      surplus.forEach(unlearn);
      return surplus;
    },
  };
}

/** A run of which the bucket keeps nothing that can be read. */
export function begun(key: string, revision: number): Known {
  return { state: emptyState(key.split('.')[2] ?? ''), revision };
}
