/** Batches that are being processed side by side. */
export interface InFlight {
  readonly count: number;
  /** Starts one; false from it, or an error, closes for further ones. */
  start(process: () => Promise<boolean>): void;
  /** True when one ended with false or an error. */
  readonly closed: boolean;
  /** Resolves when all have ended. @throws what the first failed one threw */
  finish(): Promise<void>;
}

/** @param onEnd called whenever one has ended */
export function createInFlight(onEnd: () => void): InFlight {
  const running = new Set<Promise<void>>();
  let closed = false;
  let failure: { error: unknown } | undefined;
  return {
    get count() {
      return running.size;
    },
    get closed() {
      return closed;
    },
    start(process) {
      const run: Promise<void> = process()
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
          onEnd();
        });
      running.add(run);
    },
    async finish() {
      await Promise.all(running);
      if (failure !== undefined) throw failure.error;
    },
  };
}
