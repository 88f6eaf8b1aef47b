import { messageOf } from '@nestwatch/common/errors';
import { silentLog } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';

/** A question is open for ten seconds. */
const PATIENCE_MS = 4000;

/**
 * Does something with the stored state while NATS may be reloading: when a key was added or removed, it has no JetStream
 * for a moment. @throws Error when that lasts for 4 s
 */
export async function acrossReload<T>(act: () => Promise<T>): Promise<T> {
  let last: unknown;
  const outcome = await retryUntil(async () => ({ value: await act() }), {
    ...{
      signal: AbortSignal.timeout(PATIENCE_MS),
      log: silentLog,
      failing: 'cannot reach JetStream, retrying',
    },
    onFailure: (error) => {
      last = error;
    },
  });
  if (outcome === undefined) throw new Error(`try again: ${messageOf(last)}`, { cause: last });
  return outcome.value;
}
