import type { LoadMessage } from './node-messages.ts';
import type { Publishers } from './publishers.ts';

/**
 * Publishes messages as quickly as the stream takes them. Stops early when the signal is aborted.
 * @param inFlight most messages that are not acknowledged yet
 */
export async function fill(
  publishers: Publishers,
  messages: Iterable<LoadMessage>,
  inFlight: number,
  signal: AbortSignal,
): Promise<void> {
  const flying = new Set<Promise<void>>();
  let at = 0;
  for (const message of messages) {
    if (signal.aborted) break;
    const one = publishers.publish(message, at).finally(() => flying.delete(one));
    flying.add(one);
    at += 1;
    if (flying.size >= inFlight) await Promise.race(flying);
  }
  await Promise.all(flying);
}
