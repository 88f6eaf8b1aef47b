/** Runs of one task side by side, up to a limit. */
export interface Lanes {
  readonly busy: number;
  /** Starts a run; false from the task, or an error, closes the lanes. */
  start(task: () => Promise<boolean>): void;
  /** True when a run ended with false or an error. */
  readonly closed: boolean;
  /** Resolves when all runs have ended. @throws what the first failed one threw */
  finish(): Promise<void>;
}

/** @param onFree called whenever a run has ended */
export function createLanes(onFree: () => void): Lanes {
  const running = new Set<Promise<void>>();
  let closed = false;
  let failure: { error: unknown } | undefined;
  return {
    get busy() {
      return running.size;
    },
    get closed() {
      return closed;
    },
    start(task) {
      const run: Promise<void> = task()
        .then(
          (goOn) => {
            if (!goOn) closed = true;
          },
          (error: unknown) => {
            closed = true;
            failure ??= { error };
          },
        )
        .then(() => {
          running.delete(run);
          onFree();
        });
      running.add(run);
    },
    async finish() {
      await Promise.all(running);
      if (failure !== undefined) throw failure.error;
    },
  };
}
