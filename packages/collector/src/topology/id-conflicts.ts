import type { AgentMessage } from '../ingest/decode.ts';

/** Two running agents that use one node id. */
export interface IdConflict {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly runIds: readonly [string, string];
  readonly atUs: number;
}

interface Runs {
  runId: string;
  /** Time of the first message of that run, µs. */
  firstUs: number;
  previous?: string;
  notifiedUs: number;
}

/** One run ends before the next begins, but for clocks that differ a little. */
const OVERLAP_US = 5e6;
const NOTIFY_EVERY_US = 3600e6;

/**
 * Notices that an earlier run of a node's agent goes on after a later one began: two machines use one id, because an
 * image was cloned or a configuration copied. Messages sent again from an outbox carry their own, earlier times.
 */
export function createIdConflictDetector(notify: (conflict: IdConflict) => void) {
  const nodes = new Map<string, Runs>();
  return ({ lab, node, header }: AgentMessage): void => {
    const key = `${lab}/${node}`;
    const { runId, name } = header;
    const atUs = header.labUs ?? header.wallUs;
    const runs = nodes.get(key);
    if (runs === undefined) {
      nodes.set(key, { runId, firstUs: atUs, notifiedUs: Number.NEGATIVE_INFINITY });
    } else if (runId === runs.runId) {
      runs.firstUs = Math.min(runs.firstUs, atUs);
    } else if (runId !== runs.previous) {
      if (atUs < runs.firstUs) return;
      nodes.set(key, { runId, firstUs: atUs, previous: runs.runId, notifiedUs: runs.notifiedUs });
    } else if (atUs > runs.firstUs + OVERLAP_US && atUs - runs.notifiedUs >= NOTIFY_EVERY_US) {
      runs.notifiedUs = atUs;
      notify({ lab, node, name, runIds: [runs.previous, runs.runId], atUs });
    }
  };
}
