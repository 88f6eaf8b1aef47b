import type { Clock } from '@nestwatch/common/clock';

const HOUR_US = 3_600_000_000;
const NODE_BYTES = 1024 ** 2;
const LAB_BYTES = 8 * 1024 ** 2;

/**
 * How many bytes of messages go into letters, for each node and lab in an hour: beyond, a letter has the reason only. So
 * nobody's letters push out those of others.
 */
export function createLetterShares(
  clock: Pick<Clock, 'monoUs'>,
  nodeBytes = NODE_BYTES,
  labBytes = LAB_BYTES,
) {
  const [ofNode, ofLab] = [new Map<string, number>(), new Map<string, number>()];
  let hour = 0;
  return {
    /** Whether so many bytes are within both shares. They are counted then. */
    take(lab: string, node: string, bytes: number): boolean {
      const now = Math.floor(clock.monoUs() / HOUR_US);
      if (now !== hour) {
        ofNode.clear();
        ofLab.clear();
        hour = now;
      }
      const key = `${lab}.${node}`;
      const [byNode, byLab] = [(ofNode.get(key) ?? 0) + bytes, (ofLab.get(lab) ?? 0) + bytes];
      if (byNode > nodeBytes || byLab > labBytes) return false;
      ofNode.set(key, byNode);
      ofLab.set(lab, byLab);
      return true;
    },
  };
}

export type LetterShares = ReturnType<typeof createLetterShares>;
