import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@nestwatch/common/clock';
import { groupBy } from '@nestwatch/common/group-by';
import type { Clones } from './clones.ts';
import { joinTopology, type Topology } from './join.ts';
import { positionChange, type StoredPosition, stabilise } from './layer-position.ts';
import type { NodeRecord } from './node-record.ts';
import type { Overrides } from './settings.ts';
import { bootLines, changeLines, cloneLines, stateLines } from './topology-points.ts';
import type { TopologyStore } from './topology-store.ts';

export interface ReconcilerOptions {
  clock: Clock;
  overrides: Overrides;
  forgetAfterMs: number;
}

/**
 * Brings the stored positions to what the node records say, and tells changes, clones and boot times. One collector
 * does this at a time.
 * @param write takes lines for InfluxDB
 */
export function createTopologyReconciler(
  store: TopologyStore,
  write: (lines: string[]) => void,
  { clock, overrides, forgetAfterMs }: ReconcilerOptions,
) {
  /** Clones that were told already, so that each is told once by each collector. */
  const notified = new Set<string>();

  function reconcileNode(record: NodeRecord, topology: Topology, withState: boolean, atUs: number): string[] {
    const { lab, node, machineBoot } = record;
    const found = topology.positions.get(node);
    if (found === undefined) return [];
    const before = store.position(lab, node);
    const sameBoot = before?.machineBoot === machineBoot;
    const position: StoredPosition = { ...stabilise(before, found, sameBoot), lab, machineBoot };
    const lines: string[] = [];
    const change = positionChange(before, position);
    if (change !== undefined) lines.push(...changeLines(record, position, change, atUs));
    const isNew = before === undefined || JSON.stringify(before) !== JSON.stringify(position);
    if (isNew) store.putPosition(position);
    const isNewStart = !sameBoot || before.startedWallUs !== position.startedWallUs;
    if (isNewStart) lines.push(...bootLines(record, position));
    if (withState || isNew) lines.push(...stateLines(record, position, topology, atUs));
    return lines;
  }

  function notifyClones(lab: string, clones: Clones, records: readonly NodeRecord[], atUs: number): string[] {
    const key = `${lab}/${clones.by}/${clones.nodes.join('/')}`;
    if (notified.has(key)) return [];
    notified.add(key);
    return records
      .filter(({ node }) => clones.nodes.includes(node))
      .flatMap((record) => cloneLines(record, store.position(lab, record.node), clones, atUs));
  }

  function reconcileLab(lab: string, records: readonly NodeRecord[], withState: boolean): string[] {
    const atUs = clock.wallUs();
    const ofLab = Object.entries(overrides).filter(([key]) => key.startsWith(`${lab}/`));
    const byNode = new Map(ofLab.map(([key, override]) => [key.slice(lab.length + 1), override]));
    const topology = joinTopology(records, atUs, byNode);
    return [
      ...records.flatMap((record) => reconcileNode(record, topology, withState, atUs)),
      ...topology.clones.flatMap((clones) => notifyClones(lab, clones, records, atUs)),
    ];
  }

  /**
   * Looks at everything once; `withState` also writes where each node stands. Lets others work between the labs:
   * hundreds of them in one go would hold up ingest.
   */
  return async (withState: boolean): Promise<void> => {
    const oldestUs = clock.wallUs() - forgetAfterMs * 1000;
    for (const { lab, node, lastSeenUs } of [...store.records()]) {
      if (lastSeenUs < oldestUs) store.forget(lab, node);
    }
    for (const [lab, records] of groupBy(store.records(), (record) => record.lab)) {
      const lines = reconcileLab(lab, records, withState);
      if (lines.length > 0) write(lines);
      await setImmediate();
    }
  };
}
