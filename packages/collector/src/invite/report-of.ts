import type { Store } from '../influx/store.ts';
import type { CapabilityState } from '../read/node-state.ts';
import { capability } from '../read/node-state.ts';
import { type KnownNode, readNodes } from '../read/nodes.ts';

const SPAN_MS = 3_600_000;
/** Nodes that wait ask again and again: all of a lab are answered by one look. ms */
const HOLDS_MS = 1000;

type Node = KnownNode & { readonly capability?: CapabilityState };

/** What InfluxDB has of a node, by one question a second for each lab. */
export function createReportReader(store: Pick<Store, 'query'>, nowMs: () => number) {
  const looks = new Map<string, { atMs: number; nodes: Promise<Node[]> }>();
  const lookAt = (lab: string): Promise<Node[]> => {
    for (const [key, { atMs }] of looks) if (nowMs() - atMs > HOLDS_MS) looks.delete(key);
    const look = looks.get(lab) ?? {
      atMs: nowMs(),
      nodes: readNodes<Node>(store, [capability], { lab, spanMs: SPAN_MS }),
    };
    looks.set(lab, look);
    return look.nodes;
  };
  return async (lab: string, id: string): Promise<object> => {
    const found = (await lookAt(lab)).find(({ node }) => node === id);
    if (found === undefined) return {};
    const { lastSeenUs, name, layer = null } = found;
    return { lastSeenUs, name, layer, canHost: found.capability?.canHost };
  };
}
