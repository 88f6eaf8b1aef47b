import type { Log } from '@nestwatch/common/log';
import { decodeState } from './encode-state.ts';
import { type DeliveryState, emptyState } from './state.ts';
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
  /** The same states by themselves, for those who walk over all of them. */
  const states = new Map<string, DeliveryState>();
  const shares = createStateShares();

  function unlearn(key: string): void {
    known.delete(key);
    states.delete(key);
    shares.drop(key);
  }

  return {
    /** By key. Goes on changing. */
    states: states as ReadonlyMap<string, DeliveryState>,
    get: (key: string): Known | undefined => known.get(key),
    /** Takes what the bucket has, unless something newer is known. */
    learn(key: string, bytes: Uint8Array, revision: number): Known {
      const before = known.get(key);
      if (before !== undefined && before.revision >= revision) return before;
      try {
        const fresh = { state: decodeState(bytes), revision };
        known.set(key, fresh);
        states.set(key, fresh.state);
        shares.note(key, bytes.length, fresh.state.lastUs);
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
