import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Fragments } from '../html/layout.ts';

/** At most this many pages are kept up to date at once: each costs a connection. */
const MAX_LISTENERS = 200;

/** Hears of parts that changed, or of why there is nothing new. */
interface Listener {
  parts(changed: Readonly<Record<string, string>>): void;
  trouble(reason: string): void;
}

export type Feed = ReturnType<typeof createFeed>;

/**
 * One page's parts, made again at an interval for as long as somebody looks, once for all who look.
 * @param make reads and renders the parts
 * @param intervalMs time from the end of one reading to the start of the next
 * @param signal stops the feed for good
 */
export function createFeed(make: () => Promise<Fragments>, intervalMs: number, signal: AbortSignal) {
  const sent = new Map<Listener, Record<string, string>>();
  let running: AbortController | undefined;

  async function run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const parts = Object.entries(await make()).map(([id, part]) => [id, part.text] as const);
        if (stop.aborted) return;
        for (const [listener, known] of sent) tell(listener, known, parts);
      } catch (error) {
        for (const listener of sent.keys()) listener.trouble(messageOf(error));
      }
      await pause(intervalMs, stop);
    }
  }

  return {
    /** Sends every part now, then what changes. Returns how to stop. */
    listen(listener: Listener): () => void {
      sent.set(listener, {});
      // Starting again gives a newcomer the parts at once, and those who listen already nothing twice.
      running?.abort();
      running = new AbortController();
      void run(AbortSignal.any([running.signal, signal]));
      return () => {
        sent.delete(listener);
        if (sent.size === 0) running?.abort();
      };
    },
  };
}

function tell(listener: Listener, known: Record<string, string>, parts: (readonly [string, string])[]): void {
  const changed = Object.fromEntries(parts.filter(([id, text]) => known[id] !== text));
  if (Object.keys(changed).length === 0) return;
  Object.assign(known, changed);
  listener.parts(changed);
}

/** The feeds of all pages that somebody looks at. */
export function createFeeds({
  refreshMs,
  signal,
}: {
  readonly refreshMs: number;
  readonly signal: AbortSignal;
}) {
  const feeds = new Map<string, { readonly feed: Feed; listeners: number }>();
  return {
    /**
     * Joins the feed of a page, which lives from its first listener to its last. Undefined when too many listen.
     * @param key equal for pages that show the same
     */
    join(key: string, make: () => Promise<Fragments>): Feed['listen'] | undefined {
      const listeners = [...feeds.values()].reduce((sum, entry) => sum + entry.listeners, 0);
      if (listeners >= MAX_LISTENERS) return undefined;
      const known = feeds.get(key);
      const entry = known ?? { feed: createFeed(make, refreshMs, signal), listeners: 0 };
      feeds.set(key, entry);
      entry.listeners++;
      return (listener) => {
        const stop = entry.feed.listen(listener);
        return () => {
          stop();
          entry.listeners--;
          if (entry.listeners === 0) feeds.delete(key);
        };
      };
    },
  };
}
