import type { Fragments } from '../html/layout.ts';
import { createFeed, type Feed } from './feed.ts';

/** At most so many pages are kept up to date at once: each costs a connection. */
const MAX_LISTENERS = 200;

/** The feeds of all pages that somebody looks at. */
export interface Feeds {
  /** Joins the feed of a page, made for its first listener and dropped after its last. Undefined when too many listen. */
  join(lab: string, node: string | undefined): { readonly feed: Feed; leave(): void } | undefined;
}

export function createFeeds(
  make: (lab: string, node: string | undefined) => Promise<Fragments>,
  { refreshMs, signal }: { readonly refreshMs: number; readonly signal: AbortSignal },
): Feeds {
  const feeds = new Map<string, { readonly feed: Feed; listeners: number }>();
  return {
    join(lab, node) {
      const listeners = [...feeds.values()].reduce((sum, entry) => sum + entry.listeners, 0);
      if (listeners >= MAX_LISTENERS) return undefined;
      const key = `${lab}/${node ?? ''}`;
      const entry = feeds.get(key) ?? {
        feed: createFeed(() => make(lab, node), refreshMs, signal),
        listeners: 0,
      };
      feeds.set(key, entry);
      entry.listeners++;
      const leave = () => {
        entry.listeners--;
        if (entry.listeners === 0) feeds.delete(key);
      };
      return { feed: entry.feed, leave };
    },
  };
}
