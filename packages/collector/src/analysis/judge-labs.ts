import { NODE_SPAN_MS, NODE_STATE } from '../read/node-state.ts';
import { createNodesReader } from '../read/nodes.ts';
import type { Reader } from '../read/query.ts';
import { createHistory, type HistorySettings } from './history.ts';
import type { JudgedLab, JudgedNode, PipelineView } from './judged-lab.ts';
import { referencesOf } from './references.ts';

/** Reads and judges how all labs are now. Everything comes from InfluxDB: what is judged is what is shown. */
export function createJudge(store: Reader, settings: HistorySettings) {
  const history = createHistory(store, settings);
  const readNodes = createNodesReader(store, NODE_STATE, NODE_SPAN_MS);
  return async (nowUs: number, pipeline: PipelineView): Promise<JudgedLab[]> => {
    const [labs] = await Promise.all([readNodes(nowUs), history.refresh(nowUs)]);
    return [...labs].map(([lab, states]) => {
      const streams = history.streams(lab, referencesOf(states));
      const nodes = new Map<string, JudgedNode>();
      for (const [node, state] of states) nodes.set(node, { ...state, streams: streams.get(node) ?? [] });
      return { lab, nowUs, nodes, pipeline };
    });
  };
}
