const KIB = 1024;

/** Most runs of one node's agent, and bytes of their states, of one node and of one lab. */
export const STATE_SHARES = { nodeRuns: 200, nodeBytes: 512 * KIB, labBytes: 16 * KIB ** 2 } as const;

interface Node {
  /** Bytes by run. */
  readonly runs: Map<string, number>;
  bytes: number;
}

interface Lab {
  readonly nodes: Map<string, Node>;
  bytes: number;
}

/**
 * Who has how much of the bucket of delivery states, so that nobody fills it for the others.
 * @param lastUsOf when a collector heard of a run last, by key
 */
export function createStateShares(
  lastUsOf: (key: string) => number,
  shares: Record<keyof typeof STATE_SHARES, number> = STATE_SHARES,
) {
  const labs = new Map<string, Lab>();

  function ownersOf(key: string): { lab: Lab; node: Node } {
    const [labName = '', nodeName = ''] = key.split('.');
    const lab = labs.get(labName) ?? { nodes: new Map<string, Node>(), bytes: 0 };
    labs.set(labName, lab);
    const node = lab.nodes.get(nodeName) ?? { runs: new Map<string, number>(), bytes: 0 };
    lab.nodes.set(nodeName, node);
    return { lab, node };
  }

  function drop(key: string): void {
    const { lab, node } = ownersOf(key);
    const bytes = node.runs.get(key) ?? 0;
    node.bytes -= bytes;
    lab.bytes -= bytes;
    node.runs.delete(key);
  }

  /** The run of which nothing was heard for longest, but for one. */
  function oldestOf({ runs }: Node, but: string): string | undefined {
    let [oldest, sinceUs]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const key of runs.keys())
      if (key !== but && lastUsOf(key) < sinceUs) [oldest, sinceUs] = [key, lastUsOf(key)];
    return oldest;
  }

  /** The node with the most, when the lab has more than its share. */
  function greediest({ nodes, bytes }: Lab): Node | undefined {
    if (bytes <= shares.labBytes) return undefined;
    return [...nodes.values()].reduce((most, each) => (each.bytes > most.bytes ? each : most));
  }

  return {
    /** A state was learnt. @param key `<lab>.<node>.<run id>` */
    note(key: string, bytes: number): void {
      drop(key);
      const { lab, node } = ownersOf(key);
      node.runs.set(key, bytes);
      node.bytes += bytes;
      lab.bytes += bytes;
    },
    drop,
    /** States that must go because this one is there: the oldest of its node, or of the node with the most in its lab. */
    surplusOf(key: string): string[] {
      const gone: string[] = [];
      const { lab, node } = ownersOf(key);
      for (;;) {
        const beyond = node.runs.size > shares.nodeRuns || node.bytes > shares.nodeBytes;
        const from = beyond ? node : greediest(lab);
        const oldest = from && oldestOf(from, key);
        if (oldest === undefined) return gone;
        drop(oldest);
        gone.push(oldest);
      }
    },
  };
}
