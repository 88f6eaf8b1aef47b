import type { Store } from '../influx/store.ts';
import type { NodeState } from '../read/node-state.ts';
import { createNodesReader } from '../read/nodes.ts';
import { createHistory, type HistorySettings } from './history.ts';
import type { JudgedLab, JudgedNode, PipelineView } from './judged-lab.ts';
import type { Place } from './streams.ts';

/** Reads and judges how all labs are now. Everything comes from InfluxDB: what is judged is what is shown. */
export function createJudge(store: Pick<Store, 'query'>, settings: HistorySettings) {
  const history = createHistory(store, settings);
  const readNodes = createNodesReader(store);
  return async (nowUs: number, pipeline: PipelineView): Promise<JudgedLab[]> => {
    const [labs] = await Promise.all([readNodes(nowUs), history.refresh(nowUs)]);
    return [...labs].map(([lab, states]) => {
      const streams = history.streams(lab, placesOf(states));
      const nodes = new Map<string, JudgedNode>();
      for (const [node, state] of states) nodes.set(node, { ...state, streams: streams.get(node) ?? [] });
      return { lab, nowUs, nodes, pipeline };
    });
  };
}

/** Parents, and the node of layer 0 above each. */
export function placesOf(nodes: ReadonlyMap<string, NodeState>): Place[] {
  return [...nodes.values()].map((node) => {
    const base = baseOf(nodes, node);
    return {
      node: node.node,
      ...(node.parent === undefined ? {} : { parent: node.parent }),
      ...(base === undefined || base === node.node ? {} : { base }),
    };
  });
}

function baseOf(nodes: ReadonlyMap<string, NodeState>, node: NodeState): string | undefined {
  const seen = new Set<string>();
  let current: NodeState | undefined = node;
  while (current !== undefined && current.layer !== 0 && !seen.has(current.node)) {
    seen.add(current.node);
    current = current.parent === undefined ? undefined : nodes.get(current.parent);
  }
  return current?.layer === 0 ? current.node : undefined;
}
