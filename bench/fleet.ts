import { defined } from '@nestwatch/common/defined';

/** What one node, one message or one point costs, as it was measured. Absent: not measured on that page. */
export interface UnitCosts {
  /** Points that a collector makes of one message, on average. */
  readonly pointsPerMessage?: number | undefined;
  /** CPU seconds of a collector for a million points. */
  readonly collectorCpuPerMillion?: number | undefined;
  /** Points a second that one collector writes at most. */
  readonly collectorPointsPerSecond?: number | undefined;
  /** CPU of NATS and of InfluxDB for 10,000 nodes, shares of one core. */
  readonly natsCpu?: number | undefined;
  readonly influxCpu?: number | undefined;
  /** Memory of InfluxDB for 10,000 nodes, bytes. */
  readonly influxBytes?: number | undefined;
  readonly seriesPerNode?: number | undefined;
  /** Of InfluxDB's disk for one node: of one day of every point, and after a year. */
  readonly bytesPerNodeDay?: number | undefined;
  readonly bytesPerNodeYear?: number | undefined;
  /** In the buckets that all shards of one NATS share: of the delivery state of one run, and of topology for one node. */
  readonly stateBytes: number;
  readonly topologyBytes: number;
}

/** Nodes of each measurement by which CPU and memory of servers are known. */
export const MEASURED_NODES = 10_000;

export interface Fleet {
  readonly nodes: number;
  readonly shards: number;
  readonly intervalSeconds: number;
  /** Cores, memory (bytes) and disk (bytes) of the machine of each shard. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Series that InfluxDB 1.x takes in a database by default. */
  readonly mostSeries: number;
  /** Room of one of the shared buckets for each shard, bytes. */
  readonly bucketBytes: number;
  /** Runs of its agent for which a node has delivery states. */
  readonly runsPerNode: number;
  readonly daysOfEveryPoint: number;
}

/** One thing that a shard needs. Same unit for need and limit; no limit: it is bought. */
export interface Need {
  readonly what: string;
  readonly need: number;
  readonly limit?: number;
  readonly unit: 'cores' | 'bytes' | 'series' | 'points/s';
}

/** What one shard of a fleet needs, of what is measured; costs grow with the nodes, which is a fair guess for these. */
export function needsOfShard(units: UnitCosts, fleet: Fleet): Need[] {
  const nodes = fleet.nodes / fleet.shards;
  const messages = nodes / fleet.intervalSeconds;
  const share = nodes / MEASURED_NODES;
  const points = times(messages, units.pointsPerMessage);
  const { cores, memoryBytes } = fleet;
  const collectors = times((points ?? Number.NaN) / 1e6, units.collectorCpuPerMillion);
  const [nats, influx] = [times(share, units.natsCpu), times(share, units.influxCpu)];
  const together = (collectors ?? Number.NaN) + (nats ?? Number.NaN) + (influx ?? Number.NaN);
  const all: (Omit<Need, 'need' | 'limit'> & { need: number | undefined; limit?: number | undefined })[] = [
    {
      what: 'points',
      need: points,
      limit: units.collectorPointsPerSecond,
      unit: 'points/s',
    },
    {
      what: 'CPU of collectors',
      need: collectors,
      limit: cores,
      unit: 'cores',
    },
    { what: 'CPU of NATS', need: nats, limit: cores, unit: 'cores' },
    { what: 'CPU of InfluxDB', need: influx, limit: cores, unit: 'cores' },
    { what: 'CPU of all three', need: together, limit: cores, unit: 'cores' },
    { what: 'memory of InfluxDB', need: times(share, units.influxBytes), limit: memoryBytes, unit: 'bytes' },
    {
      what: 'series of InfluxDB',
      need: times(nodes, units.seriesPerNode),
      limit: fleet.mostSeries,
      unit: 'series',
    },
    {
      what: 'delivery states in NATS',
      need: nodes * fleet.runsPerNode * units.stateBytes,
      limit: fleet.bucketBytes,
      unit: 'bytes',
    },
    { what: 'topology in NATS', need: nodes * units.topologyBytes, limit: fleet.bucketBytes, unit: 'bytes' },
    {
      what: `disk for ${fleet.daysOfEveryPoint} days of every point`,
      need: times(nodes * fleet.daysOfEveryPoint, units.bytesPerNodeDay),
      unit: 'bytes',
    },
    { what: 'disk after a year', need: times(nodes, units.bytesPerNodeYear), unit: 'bytes' },
  ];
  return all.flatMap(({ need, limit, ...each }) =>
    need === undefined || Number.isNaN(need) ? [] : [{ ...each, need, ...defined({ limit }) }],
  );
}

/** What has a limit, and at how many nodes of the whole fleet it is reached; the first to break first. */
export function breaksFirst(needs: readonly Need[], { nodes }: Pick<Fleet, 'nodes'>) {
  return needs
    .flatMap(({ limit, ...need }) =>
      limit === undefined ? [] : [{ ...need, limit, atNodes: nodes * (limit / need.need) }],
    )
    .sort((a, b) => a.atNodes - b.atNodes);
}

const times = (count: number, each: number | undefined) => (each === undefined ? undefined : count * each);
