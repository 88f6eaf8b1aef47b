/**
 * Batches that are being processed side by side.
 * @param onEnd called whenever one has ended
 */
export function createInFlight(onEnd: () => void) {
  const running = new Set<Promise<void>>();
  let closed = false;
  let failure: { error: unknown } | undefined;
  return {
    get count(): number {
      return running.size;
    },
    /** True when one ended with false or an error. */
    get closed(): boolean {
      return closed;
    },
    /** Starts one; false from it, or an error, closes for further ones. */
    start(process: () => Promise<boolean>): void {
      const run = process()
        .catch((error: unknown) => {
          failure ??= { error };
          return false;
        })
        .then((goOn) => {
          closed ||= !goOn;
          running.delete(run);
          onEnd();
        });
      running.add(run);
    },
    /** Resolves when all have ended. @throws what the first failed one threw */
    async finish(): Promise<void> {
      await Promise.all(running);
      if (failure !== undefined) throw failure.error;
    },
  };
}
