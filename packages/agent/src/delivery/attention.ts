interface AttentionOptions {
  /** Never rejects. */
  act: () => Promise<void>;
  /** 0: never by itself. */
  everyMs: number;
  isNeeded: () => boolean;
}

/**
 * Acts every so often for as long as that is needed. A timer that finds nothing to do wakes the machine up all the same,
 * which costs a guest at the bottom of a cascade more than what it would do.
 */
export function createAttention({ act, everyMs, isNeeded }: AttentionOptions) {
  let timer: NodeJS.Timeout | undefined;
  let ended = everyMs === 0;

  function reconsider(): void {
    if (ended || (timer !== undefined) === isNeeded()) return;
    if (timer !== undefined) {
      clearTimeout(timer);
      timer = undefined;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      void act().then(reconsider);
    }, everyMs).unref();
  }

  return {
    /** To be called whenever the answer of `isNeeded` may be another. */
    reconsider,
    end(): void {
      ended = true;
      clearTimeout(timer);
    },
  };
}
