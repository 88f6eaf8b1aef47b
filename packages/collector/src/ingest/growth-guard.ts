import { PermanentError } from '@nestwatch/common/errors';

export interface GrowthLimits {
  labs: number;
  nodesPerLab: number;
  /** Runs of its agent that a node may begin in an hour. */
  bootsPerHour: number;
  seriesPerNode: number;
  seriesPerLab: number;
}

/** One report, as far as it makes InfluxDB or the accounts grow. */
export interface Growth {
  lab: string;
  node: string;
  boot: string;
  /** Hashes of the series of its lines. */
  series: readonly number[];
}

interface Node {
  boots: Map<string, number>;
  /** Hashes of its series: two that collide count as one, which errs on the node's side. */
  series: Set<number>;
}

const HOUR_US = 3_600_000_000;

/**
 * Bounds what a lab can make the collector remember and InfluxDB index. What is within is remembered; a report that
 * would go beyond is refused, and changes nothing.
 */
export function createGrowthGuard(limits: GrowthLimits) {
  const labs = new Map<string, { nodes: Map<string, Node>; series: number }>();

  return {
    /** Whether a report of this run was admitted. */
    knows: ({ lab, node, boot }: Omit<Growth, 'series'>): boolean =>
      labs.get(lab)?.nodes.get(node)?.boots.has(boot) ?? false,

    /** @throws PermanentError naming the limit and the setting that moves it */
    admit({ lab, node, boot, series }: Growth, nowUs: number): void {
      const inLab = labs.get(lab) ?? { nodes: new Map<string, Node>(), series: 0 };
      const known: Node = inLab.nodes.get(node) ?? {
        boots: new Map<string, number>(),
        series: new Set<number>(),
      };
      if (!labs.has(lab) && labs.size >= limits.labs) throw reached('labs', limits.labs, 'limits.labs');
      if (!inLab.nodes.has(node) && inLab.nodes.size >= limits.nodesPerLab) {
        throw reached(`nodes in lab ${lab}`, limits.nodesPerLab, 'limits.nodes');
      }
      if (!known.boots.has(boot)) {
        for (const [old, sinceUs] of known.boots) if (nowUs - sinceUs > HOUR_US) known.boots.delete(old);
        if (known.boots.size >= limits.bootsPerHour) {
          throw reached(`agent starts of node ${node} in an hour`, limits.bootsPerHour, 'limits.boots');
        }
      }
      // Nearly always none: this runs for every message.
      let fresh: Set<number> | undefined;
      for (const hash of series) {
        if (known.series.has(hash)) continue;
        fresh ??= new Set();
        fresh.add(hash);
      }
      const more = fresh?.size ?? 0;
      if (known.series.size + more > limits.seriesPerNode) {
        throw reached(`series of node ${node}`, limits.seriesPerNode, 'limits.node-series');
      }
      if (inLab.series + more > limits.seriesPerLab) {
        throw reached(`series of lab ${lab}`, limits.seriesPerLab, 'limits.lab-series');
      }
      labs.set(lab, inLab);
      inLab.nodes.set(node, known);
      inLab.series += more;
      known.boots.set(boot, nowUs);
      for (const hash of fresh ?? []) known.series.add(hash);
    },
  };
}

export type GrowthGuard = ReturnType<typeof createGrowthGuard>;

function reached(what: string, limit: number, setting: string): PermanentError {
  return new PermanentError(`the limit of ${limit} ${what} is reached (setting ${setting})`);
}
