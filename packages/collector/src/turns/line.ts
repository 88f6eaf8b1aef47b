import type { TurnAsk } from './turn-request.ts';

/** A node that waits for its lab's turn. */
export interface Waiter {
  readonly node: string;
  readonly ask: TurnAsk;
  /** Where its request can be answered; undefined between an answer and its next request. */
  readonly reply: string | undefined;
  /** When it asked last, ms. */
  readonly askedMs: number;
}

/** One whose request is there to be answered. */
export type PresentWaiter = Waiter & { readonly reply: string };

const isPresent = (waiter: Waiter): waiter is PresentWaiter => waiter.reply !== undefined;

export interface LineOptions {
  /** Longest line. */
  readonly most: number;
  /** How long a node keeps its place without asking again, ms. */
  readonly graceMs: number;
}

/** The nodes of one lab that wait for its turn: first come, first served, one place for each. */
export function createLine({ most, graceMs }: LineOptions) {
  /** In the order in which they came. */
  const waiting = new Map<string, Waiter>();
  const forget = (nowMs: number) => {
    for (const { node, reply, askedMs } of waiting.values()) {
      if (reply === undefined && nowMs - askedMs > graceMs) waiting.delete(node);
    }
  };
  return {
    get size() {
      return waiting.size;
    },
    /** Where the request of a node that waits can be answered. */
    replyOf: (node: string) => waiting.get(node)?.reply,
    /** Puts a node at the end, or keeps its place. False when the line is full. */
    join(waiter: Waiter): boolean {
      if (waiting.size >= most) forget(waiter.askedMs);
      if (!waiting.has(waiter.node) && waiting.size >= most) return false;
      waiting.set(waiter.node, waiter);
      return true;
    },
    /** Takes the first node out that is so and can be answered; undefined when there is none. */
    take(wanted: (node: string, ask: TurnAsk) => boolean): PresentWaiter | undefined {
      const found = [...waiting.values()].filter(isPresent).find(({ node, ask }) => wanted(node, ask));
      if (found !== undefined) waiting.delete(found.node);
      return found;
    },
    /** Takes a node out; of a claim that it does not wait with, nothing. False when it was not there. */
    leave(node: string, claim: string): boolean {
      return waiting.get(node)?.ask.claim === claim && waiting.delete(node);
    },
    /**
     * Whose turn it is: the first to have come. Who had the turn before stands behind all others from now on.
     * @returns undefined also when that one cannot be answered just now: its next request is on its way, and nobody
     *   passes it for that
     */
    next(nowMs: number, last: string | undefined): PresentWaiter | undefined {
      forget(nowMs);
      const before = waiting.get(last ?? '');
      if (before !== undefined && waiting.delete(before.node)) waiting.set(before.node, before);
      const [first] = waiting.values();
      return first !== undefined && isPresent(first) ? first : undefined;
    },
    /** Those whose request is held back for so long that it must be answered. They keep their places. */
    takeOverdue(nowMs: number, holdMs: number): PresentWaiter[] {
      const overdue = [...waiting.values()]
        .filter(isPresent)
        .filter(({ askedMs }) => nowMs - askedMs >= holdMs);
      for (const each of overdue) waiting.set(each.node, { ...each, reply: undefined, askedMs: nowMs });
      return overdue;
    },
  };
}

export type Line = ReturnType<typeof createLine>;
