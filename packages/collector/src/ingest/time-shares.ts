import type { Clock } from '@nestwatch/common/clock';

/** A node may take so much at once when it took nothing before. */
const AT_ONCE_US = 500_000;
/** Above this many nodes, those whose share is whole again are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Most that the worst message takes, for itself and for each of its bytes, several times over. */
const [MESSAGE_US, BYTE_US] = [100, 1];

interface Share {
  leftUs: number;
  atUs: number;
}

/**
 * How much of the collector's time the reading of each node's messages may take. A message of a few bytes may cost as
 * much as hundreds of honest ones, and nobody can see that before it is read.
 * @param percent of each second for one node; 100 for no limit
 */
export function createTimeShares(percent: number, clock: Pick<Clock, 'monoUs'>) {
  const shares = new Map<string, Share>();

  function leftUs(sender: string, nowUs: number): number {
    const share = shares.get(sender);
    if (share === undefined) return AT_ONCE_US;
    return Math.min(AT_ONCE_US, share.leftUs + ((nowUs - share.atUs) * percent) / 100);
  }

  function forgetWhole(nowUs: number): void {
    for (const sender of shares.keys()) if (leftUs(sender, nowUs) >= AT_ONCE_US) shares.delete(sender);
  }

  return {
    /** Whether a node has time left. */
    has: (sender: string): boolean => percent === 100 || leftUs(sender, clock.monoUs()) > 0,
    /** Takes what reading one of its messages took, µs, as far as its size explains it: the rest is the machine's doing. */
    take(sender: string, tookUs: number, bytes: number): void {
      const ownUs = Math.min(tookUs, MESSAGE_US + bytes * BYTE_US);
      const nowUs = clock.monoUs();
      if (shares.size >= MOST_REMEMBERED && !shares.has(sender)) forgetWhole(nowUs);
      shares.set(sender, { leftUs: leftUs(sender, nowUs) - ownUs, atUs: nowUs });
    },
  };
}

export type TimeShares = ReturnType<typeof createTimeShares>;
