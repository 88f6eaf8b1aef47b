import { testClock } from '@nestwatch/testkit/clock';
import type { Decision } from '../../src/topology/claim-memory.ts';
import { decide } from '../../src/topology/decide.ts';
import type { StoredPosition } from '../../src/topology/layer-position.ts';
import type { NodeFacts } from '../../src/topology/node-facts.ts';
import type { NodeRecord } from '../../src/topology/node-record.ts';
import { createTopologyReconciler } from '../../src/topology/reconciler.ts';
import type { Overrides } from '../../src/topology/settings.ts';
import type { TopologyStore } from '../../src/topology/topology-store.ts';
import { nodeFacts } from './facts.ts';

const LAB = 'lab';
const T0 = 1_800_000_000_000_000;

/** A lab as it goes on, in memory: what nodes say, and where they are found to stand after each look. */
export function createLabHistory(overrides: Overrides = {}) {
  const clock = testClock({ wallUs: T0 });
  const [records, positions, decisions] = [
    new Map<string, NodeRecord>(),
    new Map<string, StoredPosition>(),
    new Map<string, Decision>(),
  ];
  const written: string[] = [];
  const store = {
    records: () => records.values(),
    record: (_lab: string, node: string) => records.get(node),
    positions: () => positions.values(),
    position: (_lab: string, node: string) => positions.get(node),
    putPosition: (position: StoredPosition) => void positions.set(position.node, position),
    decision: (_lab: string, node: string) => decisions.get(node),
    putDecision: (decision: Decision) => void decisions.set(decision.node, decision),
    forget: (_lab: string, node: string) => void records.delete(node),
  } as unknown as TopologyStore;
  const write = (lines: string[]) => void written.push(...lines);
  const reconcile = createTopologyReconciler(store, write, () => undefined, {
    clock,
    overrides,
    forgetAfterMs: 1e12,
  });

  return {
    store,
    /** Lines for InfluxDB so far. */
    written,
    nowUs: clock.wallUs,
    /** A node says what it is and whom it runs; what it does not say stays. */
    says(node: string, more: Partial<NodeFacts> = {}): void {
      const before = records.get(node);
      const nowUs = clock.wallUs();
      const facts = before === undefined ? nodeFacts(node, more) : { ...before, ...more };
      records.set(node, {
        ...{ firstSeenUs: nowUs, presentSinceUs: nowUs, firstReportUs: nowUs, firstReportWallUs: nowUs },
        ...facts,
        lab: LAB,
        machineBoot: facts.boot.slice(0, 8),
        lastSeenUs: nowUs,
      });
    },
    /** Something is heard of these nodes, as of those that send samples. */
    hears(...nodes: string[]): void {
      for (const node of nodes) this.says(node);
    },
    /** Looks at everything, after some time. */
    async look(afterSeconds = 1): Promise<void> {
      clock.forward(afterSeconds * 1000);
      await reconcile(false);
    },
    accept: (node: string, parent: string) =>
      decide(store, { lab: LAB, node, parent, by: 'op' }, clock.wallUs()),
    parentOf: (node: string) => positions.get(node)?.parent,
    layerOf: (node: string) => positions.get(node)?.layer,
    conflictOf: (node: string) => positions.get(node)?.conflict,
    /** Nodes that are disputed, and who claims each. */
    conflicts: () =>
      Object.fromEntries(
        [...positions.values()].flatMap(({ node, conflict }) =>
          conflict === undefined ? [] : [[node, conflict.claimants.join(' ')]],
        ),
      ),
  };
}
