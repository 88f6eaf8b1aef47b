import type { Store } from '@nestwatch/collector/influx/store';
import { pause } from '@nestwatch/common/backoff';

/** One sample that was found in InfluxDB. */
export interface Observation {
  /** When it was found, since the looking began. */
  atMs: number;
  /** From the moment the sample was taken to the end of the query that found it: an upper bound. */
  lagMs: number;
}

const LOOK_EVERY_MS = 25;

/** Looks for new samples of the named labs until the load has ended. */
export async function observeLag(
  store: Store,
  labs: readonly string[],
  load: Promise<unknown>,
  signal: AbortSignal,
): Promise<Observation[]> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  void load.then(end, end);
  const where = labs.map((lab) => `lab = '${lab}'`).join(' OR ');
  const query = `SELECT last(seq) FROM nestwatch_report WHERE (${where}) AND kind = 'sample' AND time > now() - 60s GROUP BY node`;
  const newest = new Map<string, number>();
  const observations: Observation[] = [];
  const startMs = performance.now();
  while (!ended && !signal.aborted) {
    const answer = await store.query(query);
    const nowMs = Date.now();
    for (const { tags, rows } of answer) {
      const node = tags['node'] ?? '';
      const takenMs = Number(rows[0]?.['time']) / 1000;
      if (newest.get(node) === takenMs) continue;
      newest.set(node, takenMs);
      observations.push({ atMs: performance.now() - startMs, lagMs: nowMs - takenMs });
    }
    await pause(LOOK_EVERY_MS, signal);
  }
  return observations;
}
