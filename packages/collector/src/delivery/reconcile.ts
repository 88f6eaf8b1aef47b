import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { rangesOf } from '@nestwatch/common/ranges';
import { report } from '@nestwatch/proto';
import { quoteText } from '../influx/influxql.ts';
import type { Store } from '../influx/store.ts';
import { figuresOf } from './figures.ts';
import { confirmedOf, type DeliveryState, emptyState } from './state.ts';
import type { DeliveryStateStore } from './state-store.ts';

/** A gap that is younger may close by itself. */
const YOUNGEST_US = 15_000_000;
const FIRST_WAIT_US = 60_000_000;
const LONGEST_WAIT_US = 3_600_000_000;
/** Most runs of agents that are looked up in one go, and of one node: a node with gaps must not delay the others. */
const [MOST_RUNS, MOST_OF_NODE] = [20, 2];
const DAY_US = 86_400_000_000;

interface Lookup {
  gaps: number;
  nextUs: number;
  waitUs: number;
}

/**
 * Closes gaps of states that are behind the truth, which is InfluxDB. A bucket that was truncated comes back in an
 * older state; what was confirmed since is freed by its agent, so nobody would report it again.
 * @returns keys of the states that changed
 */
export function createDeliveryReconciler(store: Pick<Store, 'query'>, nowUs: () => number, log: Log) {
  const lookups = new Map<string, Lookup>();

  /** Whether it is time to look a run up. Its next time is noted then. */
  function isDue(key: string, state: DeliveryState): boolean {
    const { gaps } = figuresOf(state);
    if (gaps === 0) lookups.delete(key);
    // A run that only its successor reported has no last message yet.
    if (gaps === 0 || nowUs() - Math.max(state.firstUs, state.lastUs) < YOUNGEST_US) return false;
    const last = lookups.get(key);
    // Other gaps are worth a lookup soon, however often the ones before were looked up in vain.
    const before = last?.gaps === gaps ? last : undefined;
    if (before !== undefined && nowUs() < before.nextUs) return false;
    const waitUs = Math.min(LONGEST_WAIT_US, (before?.waitUs ?? FIRST_WAIT_US / 2) * 2);
    lookups.set(key, { gaps, waitUs, nextUs: nowUs() + waitUs });
    return true;
  }

  /** Runs whose turn it is, a few of each node. */
  function* dueOf(states: DeliveryStateStore) {
    const ofNode = new Map<string, number>();
    let due = 0;
    for (const [key, state] of states.all()) {
      if (due === MOST_RUNS) return;
      const node = key.slice(0, key.lastIndexOf('.'));
      const before = ofNode.get(node) ?? 0;
      if (before === MOST_OF_NODE || !isDue(key, state)) continue;
      ofNode.set(node, before + 1);
      due += 1;
      yield [key, state] as const;
    }
  }

  return async (states: DeliveryStateStore): Promise<string[]> => {
    const changed: string[] = [];
    for (const [key, state] of [...dueOf(states)]) {
      try {
        const found = await writtenNumbers(store, key, state);
        if (found.length === 0) continue;
        await states.merge(key, { ...emptyState(state.runId), found });
        changed.push(key);
      } catch (error) {
        log.debug('cannot compare a delivery state with InfluxDB', { key, error: messageOf(error) });
      }
    }
    return changed;
  };
}

/** Numbers of a run that are in InfluxDB, from its first gap on. */
async function writtenNumbers(store: Pick<Store, 'query'>, key: string, state: DeliveryState) {
  const [lab = '', node = ''] = key.split('.');
  const [first] = confirmedOf(state);
  const from = first !== undefined && first[0] <= 1 ? first[1] + 1 : 1;
  const since = Math.round(Math.min(state.firstUs, state.lastWallUs || state.firstUs) - 30 * DAY_US);
  const series = await store.query(
    `SELECT "seq" FROM "${report.name}" WHERE "lab" = ${quoteText(lab)} AND "node" = ${quoteText(node)}` +
      ` AND "boot" = ${quoteText(state.runId)} AND "seq" >= ${from} AND "seq" <= ${figuresOf(state).highest}` +
      ` AND time > ${Math.max(0, since)}u`,
  );
  return rangesOf(series.flatMap(({ rows }) => rows.map((row) => Number(row['seq']))));
}
