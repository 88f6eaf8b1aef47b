import type { Clock } from '@nestwatch/common/clock';

const HOUR_US = 3_600_000_000;
const NODE_BYTES = 1024 ** 2;
const LAB_BYTES = 8 * 1024 ** 2;
/** Of this many letters of one node the dead-letter stream keeps the newest anyway. */
const NODE_LETTERS = 1000;
const LAB_LETTERS = 10_000;

/**
 * How many letters, and how many bytes of messages in them, there are for each node and lab in an hour. Beyond the bytes a
 * letter has the reason only; beyond the letters there is none. So nobody's letters push out those of others or take
 * their time.
 */
export function createLetterShares(
  clock: Pick<Clock, 'monoUs'>,
  { nodeBytes = NODE_BYTES, labBytes = LAB_BYTES, nodeLetters = NODE_LETTERS, labLetters = LAB_LETTERS } = {},
) {
  const [bytesOf, lettersOf] = [new Map<string, number>(), new Map<string, number>()];
  let hour = 0;

  function begin(): void {
    const now = Math.floor(clock.monoUs() / HOUR_US);
    if (now === hour) return;
    bytesOf.clear();
    lettersOf.clear();
    hour = now;
  }

  /** Whether so much more is within the share of the node and of its lab. It is counted then. */
  function take(used: Map<string, number>, lab: string, node: string, more: number, most: [number, number]) {
    begin();
    const key = `${lab}.${node}`;
    const [byNode, byLab] = [(used.get(key) ?? 0) + more, (used.get(lab) ?? 0) + more];
    if (byNode > most[0] || byLab > most[1]) return false;
    used.set(key, byNode);
    used.set(lab, byLab);
    return true;
  }

  return {
    /** Whether there may be one more letter. */
    takeLetter: (lab: string, node: string) => take(lettersOf, lab, node, 1, [nodeLetters, labLetters]),
    /** Whether this many bytes of a message may go into it. */
    takeBytes: (lab: string, node: string, bytes: number) =>
      take(bytesOf, lab, node, bytes, [nodeBytes, labBytes]),
  };
}

export type LetterShares = ReturnType<typeof createLetterShares>;
