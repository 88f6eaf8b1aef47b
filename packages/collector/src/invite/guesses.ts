/** What a wrong token costs who shows it: the answer comes later each time, up to this. ms */
const FIRST_MS = 1000;
const LONGEST_MS = 16_000;
/** A guess is forgotten after so long. */
const REMEMBERED_MS = 600_000;
const MOST_WAITING = 16;
const MOST_WAITING_OF_ONE = 4;
const MOST_ADDRESSES = 1000;

interface Guesser {
  count: number;
  waiting: number;
  atMs: number;
}

/**
 * Makes wrong guesses slow. Who has the right token never waits, also beside a guesser whose address is the same, as that
 * of all guests behind one layer is.
 * @param pause waits this many ms
 */
export function createGuesses(nowMs: () => number, pause: (ms: number) => Promise<unknown>) {
  const guessers = new Map<string, Guesser>();
  let waiting = 0;
  return {
    /** Waits for what a wrong guess costs. False: too many wait already, and this one gets no answer. */
    async wrong(address: string): Promise<boolean> {
      const guesser = guessers.get(address) ?? { count: 0, waiting: 0, atMs: 0 };
      if (nowMs() - guesser.atMs > REMEMBERED_MS) guesser.count = 0;
      guesser.count += 1;
      guesser.atMs = nowMs();
      // The one that was heard of longest ago makes room.
      guessers.delete(address);
      guessers.set(address, guesser);
      if (guessers.size > MOST_ADDRESSES) guessers.delete(guessers.keys().next().value ?? '');
      if (waiting >= MOST_WAITING || guesser.waiting >= MOST_WAITING_OF_ONE) return false;
      waiting += 1;
      guesser.waiting += 1;
      try {
        await pause(Math.min(FIRST_MS * 2 ** (guesser.count - 1), LONGEST_MS));
      } finally {
        waiting -= 1;
        guesser.waiting -= 1;
      }
      return true;
    },
  };
}

export type Guesses = ReturnType<typeof createGuesses>;
