import { PermanentError } from '@nestwatch/common/errors';
import type { RunKey } from '../delivery/run-key.ts';
import type { IngestConfig } from './settings.ts';

type Limit = 'limits.labs' | 'limits.nodes' | 'limits.boots' | 'limits.node-series' | 'limits.lab-series';

interface Node {
  /** Run id → when a message of it came last, s since 1970: whole numbers of this size take no room of their own. */
  runs: Map<string, number>;
  /** Runs that it reported and that are not among these → when it did so first, s since 1970. */
  told: Map<string, number>;
  /** Keyed hashes of its series, of which no two are the same by design. */
  series: Set<number>;
}

interface Lab {
  nodes: Map<string, Node>;
  series: number;
}

const HOUR_S = 3600;

/**
 * Bounds what a lab can make the collector remember and InfluxDB index. What is within is remembered; a message that
 * would go beyond is refused, and changes nothing.
 */
export function createGrowthGuard(limits: Pick<IngestConfig, Limit>) {
  const labs = new Map<string, Lab>();

  function reached(what: string, limit: Limit): PermanentError {
    return new PermanentError(`the limit of ${limits[limit]} ${what} is reached (setting ${limit})`);
  }

  function checkNode(name: string, lab: Lab, node: string): void {
    if (!labs.has(name) && labs.size >= limits['limits.labs']) throw reached('labs', 'limits.labs');
    if (!lab.nodes.has(node) && lab.nodes.size >= limits['limits.nodes'])
      throw reached(`nodes in lab ${name}`, 'limits.nodes');
  }

  function checkRun({ runs }: Node, name: string, runId: string, nowUs: number): void {
    if (runs.has(runId)) return;
    forgetOld(runs, nowUs);
    if (runs.size >= limits['limits.boots'])
      throw reached(`agent starts of node ${name} in an hour`, 'limits.boots');
  }

  return {
    /** Whether a message of this run was admitted. */
    knows: ({ lab, node, runId }: RunKey): boolean =>
      labs.get(lab)?.nodes.get(node)?.runs.has(runId) ?? false,

    /**
     * Whether a node may report another run of its agent: of one whose messages came, and as many more in an hour as it
     * may start.
     */
    mayTell({ lab, node, runId }: RunKey, nowUs: number): boolean {
      const known = labs.get(lab)?.nodes.get(node);
      if (known === undefined) return false;
      if (known.runs.has(runId) || known.told.has(runId)) return true;
      forgetOld(known.told, nowUs);
      if (known.told.size >= limits['limits.boots']) return false;
      known.told.set(runId, inSeconds(nowUs));
      return true;
    },

    /**
     * Admits a message of a run.
     * @param series hashes of the series of its lines
     * @throws PermanentError naming the limit and the setting that moves it
     */
    admit({ lab, node, runId, series }: RunKey & { series: readonly number[] }, nowUs: number): void {
      const inLab: Lab = labs.get(lab) ?? { nodes: new Map(), series: 0 };
      const known: Node = inLab.nodes.get(node) ?? { runs: new Map(), told: new Map(), series: new Set() };
      checkNode(lab, inLab, node);
      checkRun(known, node, runId, nowUs);
      const fresh = freshOf(series, known);
      const more = fresh?.size ?? 0;
      if (known.series.size + more > limits['limits.node-series'])
        throw reached(`series of node ${node}`, 'limits.node-series');
      if (inLab.series + more > limits['limits.lab-series'])
        throw reached(`series of lab ${lab}`, 'limits.lab-series');
      labs.set(lab, inLab);
      inLab.nodes.set(node, known);
      inLab.series += more;
      known.runs.set(runId, inSeconds(nowUs));
      for (const hash of fresh ?? []) known.series.add(hash);
    },
  };
}

export type GrowthGuard = ReturnType<typeof createGrowthGuard>;

function forgetOld(runs: Map<string, number>, nowUs: number): void {
  for (const [old, sinceS] of runs) if (inSeconds(nowUs) - sinceS > HOUR_S) runs.delete(old);
}

function inSeconds(us: number): number {
  return Math.floor(us / 1e6);
}

/** Series that the node did not have; nearly always none, and this runs for every message. */
function freshOf(series: readonly number[], known: Node): Set<number> | undefined {
  let fresh: Set<number> | undefined;
  for (const hash of series) {
    if (known.series.has(hash)) continue;
    fresh ??= new Set();
    fresh.add(hash);
  }
  return fresh;
}
