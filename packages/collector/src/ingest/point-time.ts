import type { CheckedHeader } from './check-header.ts';

/** Where a message's points stand on the time line, and by whose clock. */
export interface PointTime {
  timeUs: number;
  byLabTime: boolean;
  /** The node's wall clock minus the collector's by the agent's estimate, µs. Absent without an estimate. */
  skewUs?: number;
}

/**
 * Points stand at the node's own wall time unless that is off from lab time by more than the limit. Everything comes
 * from the message, so asking again gives the same time.
 */
export function pointTime(header: Pick<CheckedHeader, 'wallUs' | 'labUs'>, limitMs: number): PointTime {
  if (header.labUs === undefined) return { timeUs: header.wallUs, byLabTime: false };
  const skewUs = header.wallUs - header.labUs;
  const byLabTime = Math.abs(skewUs) > limitMs * 1000;
  return { timeUs: byLabTime ? header.labUs : header.wallUs, byLabTime, skewUs };
}
