import type { Report } from '../ingest/decode.ts';

/** Two running agents that use one node id. */
export interface Claim {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly boots: readonly [string, string];
  readonly atUs: number;
}

interface Runs {
  boot: string;
  /** Time of the first message of that run, µs. */
  firstUs: number;
  previous?: string;
  toldUs: number;
}

/** One run ends before the next begins, but for clocks that differ a little. */
const OVERLAP_US = 5e6;
const TELL_EVERY_US = 3600e6;

/**
 * Notices that an earlier run of a node's agent goes on after a later one began: two machines use one id, because an
 * image was cloned or a configuration copied. Messages sent again from an outbox carry their own, earlier times.
 */
export function createClaims(tell: (claim: Claim) => void): { observe(report: Report): void } {
  const nodes = new Map<string, Runs>();
  return {
    observe({ lab, node, header }) {
      const key = `${lab}/${node}`;
      const atUs = header.labUs ?? header.wallUs;
      const runs = nodes.get(key);
      if (runs === undefined) {
        nodes.set(key, { boot: header.boot, firstUs: atUs, toldUs: Number.NEGATIVE_INFINITY });
      } else if (header.boot === runs.boot) {
        runs.firstUs = Math.min(runs.firstUs, atUs);
      } else if (header.boot !== runs.previous) {
        if (atUs < runs.firstUs) return;
        nodes.set(key, { boot: header.boot, firstUs: atUs, previous: runs.boot, toldUs: runs.toldUs });
      } else if (atUs > runs.firstUs + OVERLAP_US && atUs - runs.toldUs >= TELL_EVERY_US) {
        runs.toldUs = atUs;
        tell({ lab, node, name: header.name, boots: [runs.previous, runs.boot], atUs });
      }
    },
  };
}
