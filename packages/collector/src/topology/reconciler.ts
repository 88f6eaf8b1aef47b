import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@nestwatch/common/clock';
import { groupBy } from '@nestwatch/common/group-by';
import type { Clones } from './clones.ts';
import { joinTopology, type Topology } from './join.ts';
import { claimsIn, positionChange, type StoredPosition, stabilise } from './layer-position.ts';
import type { NodeRecord } from './node-record.ts';
import { createNotices } from './notices.ts';
import type { Overrides } from './settings.ts';
import {
  bootLines,
  changeLines,
  cloneLines,
  conflictLines,
  type Neighbours,
  stateLines,
} from './topology-points.ts';
import type { TopologyStore } from './topology-store.ts';

export interface ReconcilerOptions {
  clock: Clock;
  overrides: Overrides;
  forgetAfterMs: number;
}

/** One look at a lab. */
interface Look {
  readonly topology: Topology;
  /** Also what did not change is written. */
  readonly withState: boolean;
  readonly atUs: number;
  recordOf(node: string): NodeRecord | undefined;
  nearOf(node: string): Neighbours;
}

/**
 * Brings the stored positions to what the node records say, and tells changes, clones, conflicts and boot times. One
 * collector does this at a time.
 * @param write takes lines for InfluxDB
 * @param looked told how long others waited for the look at a lab
 */
export function createTopologyReconciler(
  store: TopologyStore,
  write: (lines: string[]) => void,
  looked: (lab: string, tookUs: number) => void,
  { clock, overrides, forgetAfterMs }: ReconcilerOptions,
) {
  const isNews = createNotices();

  function reconcileNode(record: NodeRecord, { topology, nearOf, withState, atUs }: Look): string[] {
    const { lab, node, machineBoot } = record;
    const found = topology.positions.get(node);
    if (found === undefined) return [];
    const before = store.position(lab, node);
    const sameBoot = before?.machineBoot === machineBoot;
    const {
      claims: _claims,
      conflict: _conflict,
      ...kept
    } = stabilise(before, found, sameBoot) as StoredPosition;
    const [claims, conflict] = [topology.memories.get(node), topology.conflicts.get(node)];
    const position: StoredPosition = {
      ...{ ...kept, lab, machineBoot },
      ...(claims !== undefined && { claims }),
      ...(conflict !== undefined && { conflict }),
    };
    const lines: string[] = [];
    const change = positionChange(before, position);
    if (change !== undefined) lines.push(...changeLines(record, position, change, atUs));
    const isNew = before === undefined || JSON.stringify(before) !== JSON.stringify(position);
    if (isNew) store.putPosition(position);
    const isNewStart = !sameBoot || before.startedWallUs !== position.startedWallUs;
    if (isNewStart) lines.push(...bootLines(record, position));
    if (withState || isNew) lines.push(...stateLines(record, position, nearOf(node), atUs));
    return lines;
  }

  function notifyClones(lab: string, clones: Clones, { recordOf, atUs }: Look): string[] {
    if (!isNews(lab, `${clones.by}/${clones.nodes.join('/')}`, atUs)) return [];
    return clones.nodes.flatMap((node) => {
      const record = recordOf(node);
      return record === undefined ? [] : cloneLines(record, store.position(lab, node), clones, atUs);
    });
  }

  /** One event for all nodes that the same ones claim: a node that claims the whole lab gets one event. */
  function notifyConflicts(lab: string, { topology, recordOf, atUs }: Look): string[] {
    const groups = groupBy(topology.conflicts.values(), ({ claimants }) => claimants.join(' '));
    return [...groups].flatMap(([claimants, [first, ...others]]) => {
      const record = first && recordOf(first.node);
      if (first === undefined || record === undefined || !isNews(lab, `claim/${claimants}`, atUs)) return [];
      const nodes = [first, ...others].map(({ node }) => node);
      return conflictLines(record, store.position(lab, record.node), first, nodes, atUs);
    });
  }

  function reconcileLab(lab: string, known: readonly NodeRecord[], withState: boolean): string[] {
    const atUs = clock.wallUs();
    // Times of 0.1.0 are the nodes' own, and may lie in the future.
    const records = known.map((record) =>
      record.lastSeenUs > atUs ? { ...record, lastSeenUs: atUs } : record,
    );
    const ofLab = Object.entries(overrides).filter(([key]) => key.startsWith(`${lab}/`));
    const byNode = new Map(ofLab.map(([key, override]) => [key.slice(lab.length + 1), override]));
    const topology = joinTopology(records, atUs, byNode, {
      memoryOf: (node) => claimsIn(store.position(lab, node), atUs),
      decisionOf: (node) => store.decision(lab, node),
    });
    const byId = new Map(records.map((record) => [record.node, record]));
    const recordOf = (node: string) => byId.get(node);
    const look = { topology, withState, atUs, recordOf, nearOf: neighboursIn(topology) };
    return [
      ...records.flatMap((record) => reconcileNode(record, look)),
      ...topology.clones.flatMap((clones) => notifyClones(lab, clones, look)),
      ...notifyConflicts(lab, look),
    ];
  }

  /**
   * Looks once at the given labs, or at all; `withState` also writes where each node stands. Lets others work between the labs:
   * hundreds of them in one go would hold up ingest.
   */
  return async (withState: boolean, labs?: ReadonlySet<string>): Promise<void> => {
    const oldestUs = clock.wallUs() - forgetAfterMs * 1000;
    for (const { lab, node, lastSeenUs } of [...store.records()]) {
      if (lastSeenUs < oldestUs) store.forget(lab, node);
    }
    for (const [lab, records] of groupBy(store.records(), (record) => record.lab)) {
      if (labs?.has(lab) === false) continue;
      const startedUs = clock.monoUs();
      const lines = reconcileLab(lab, records, withState);
      if (lines.length > 0) write(lines);
      looked(lab, clock.monoUs() - startedUs);
      await setImmediate();
    }
  };
}

function neighboursIn({ guestsWithoutAgent, clones }: Topology): (node: string) => Neighbours {
  const byParent = groupBy(guestsWithoutAgent, ({ parent }) => parent);
  const groups = new Map<string, number>();
  for (const node of clones.flatMap(({ nodes }) => nodes)) groups.set(node, (groups.get(node) ?? 0) + 1);
  return (node) => ({ guestsWithoutAgent: byParent.get(node) ?? [], clones: groups.get(node) ?? 0 });
}
