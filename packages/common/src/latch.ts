/** setTimeout takes no more. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where one waits for others to wake it. */
export function createLatch() {
  const waiting = new Set<(woken: boolean) => void>();
  let woken = false;
  return {
    /** Wakes all who wait. When nobody does, it is remembered: the next to wait goes on at once. */
    wake(): void {
      woken = waiting.size === 0;
      for (const end of [...waiting]) end(true);
    },
    /** Forgets a wake that nobody waited for, because what is done next covers what it was for. */
    clear(): void {
      woken = false;
    },
    /**
     * Waits until it is woken, the signal is aborted or the time is over, and leaves neither listener nor timer behind.
     * @returns true when it was woken
     */
    wait({ signal, limitMs }: { signal?: AbortSignal; limitMs?: number } = {}): Promise<boolean> {
      if (woken) {
        woken = false;
        return Promise.resolve(true);
      }
      if (signal?.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const giveUp = () => end(false);
        const timer =
          limitMs === undefined ? undefined : setTimeout(giveUp, Math.min(limitMs, LONGEST_TIMER_MS));
        const end = (result: boolean) => {
          waiting.delete(end);
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          resolve(result);
        };
        waiting.add(end);
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
