import { PermanentError } from '@nestwatch/common/errors';
import type { Store } from './store.ts';

/** A write that takes longer hangs, until it turns out well after all. */
const HANGS_AFTER_MS = 5000;

/**
 * The same store with a listener for its state: true whenever it took or judged something,
 * false as soon as a write fails or hangs.
 */
export function watchWrites(
  store: Store,
  tell: (takes: boolean) => void,
  hangsAfterMs = HANGS_AFTER_MS,
): Store {
  const watched =
    <T>(write: (lines: T) => Promise<void>) =>
    async (lines: T): Promise<void> => {
      const timer = setTimeout(() => tell(false), hangsAfterMs);
      try {
        await write(lines);
        tell(true);
      } catch (error) {
        tell(error instanceof PermanentError);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    };
  return { ...store, write: watched(store.write), writeBytes: watched(store.writeBytes) };
}
