import { type HistoryOptions, history } from './history.ts';
import type { Publishers } from './publishers.ts';

/** Publishes a whole history as quickly as the stream takes it. Stops early when the signal is aborted. */
export async function fill(
  publishers: Publishers,
  options: HistoryOptions & { inFlight: number },
  signal: AbortSignal,
): Promise<void> {
  const flying = new Set<Promise<void>>();
  let at = 0;
  for (const message of history(options)) {
    if (signal.aborted) break;
    const one = publishers.publish(message, at).finally(() => flying.delete(one));
    flying.add(one);
    at += 1;
    if (flying.size >= options.inFlight) await Promise.race(flying);
  }
  await Promise.all(flying);
}
