import { formatMemory } from '@nestwatch/common/quantities';
import { breaksFirst, type Fleet, type Need, needsOfShard, type UnitCosts } from '../../bench/fleet.ts';
import { encodeState } from '../../packages/collector/src/delivery/encode-state.ts';
import { emptyState } from '../../packages/collector/src/delivery/state.ts';
import { BUCKET_SETTINGS } from '../../packages/collector/src/ingest/buckets.ts';
import { card, DEFAULT_MAC, guestFacts, nodeFacts } from '../../packages/collector/test/topology/facts.ts';
import performance from '../evidence/performance.md?raw';
import { markdownTable } from './markdown.ts';

const GIB = 1024 ** 3;
const WALL_US = 1_764_000_000_000_000;
/** Of a message in a stream: its record, and the headers by which a change of a key is told from another. */
const RECORD_BYTES = 30 + 120;
const UUID = '00000000-0000-0000-0000-000000000000';

const FLEET: Fleet = {
  nodes: 100_000,
  shards: 8,
  intervalSeconds: 10,
  cores: 2,
  memoryBytes: 24 * GIB,
  mostSeries: 1_000_000,
  bucketBytes: BUCKET_SETTINGS.watermarks.maxBytes,
  runsPerNode: 3,
  daysOfEveryPoint: 30,
};

/** docs/evidence/scale.md: 100,000 nodes over eight shards, from the figures of docs/evidence/performance.md. */
export function scaleDocument(): string {
  const units = unitCosts(performance);
  const needs = needsOfShard(units, FLEET);
  const needed = markdownTable(
    ['each shard needs', 'of its machine', 'share'],
    needs.map((need) => [
      `${need.what}: ${shown(need, need.need)}`,
      need.limit === undefined ? '' : shown(need, need.limit),
      need.limit === undefined ? '' : `${Math.round((100 * need.need) / need.limit)} %`,
    ]),
  );
  const breaks = markdownTable(
    ['limit', 'reached at, nodes in all shards'],
    breaksFirst(needs, FLEET).map(({ what, atNodes }) => [what, thousands(atNodes)]),
  );
  return `<!-- Made by "npm run docs" from the tables of performance.md. -->
# Scale

${thousands(FLEET.nodes)} nodes in ${FLEET.shards} shards, a sample every ${FLEET.intervalSeconds} s, on paper: the unit costs of [Performance](performance.md), times what a shard has. Each
shard has a machine of ${FLEET.cores} cores and ${formatMemory(FLEET.memoryBytes)}. Costs are taken to grow with the number of nodes. Nobody has run this.

## One shard: ${thousands(FLEET.nodes / FLEET.shards)} nodes

${needed}
## What breaks first

${breaks}
More shards move every line but none of the order. The buckets of delivery states and topology are shared by the shards of one NATS and have room
for each of them; several NATS divide them. A node has ${FLEET.runsPerNode} delivery states here, one for each start of its agent in 14 days.
`;
}

/** Units by the rows of the page; a row that is not there is not counted. */
function unitCosts(page: string): UnitCosts {
  const row = (what: string) => {
    const line = page.split('\n').find((each) => each.startsWith(`| ${what}`));
    return figureIn(line?.split('|')[2]?.trim() ?? '');
  };
  const scale = (what: string) => row(`10,000 nodes, InfluxDB with a larger cache: ${what}`);
  const [points, messages] = [row('points per second |'), row('messages per second |')];
  return {
    pointsPerMessage: points === undefined || messages === undefined ? undefined : points / messages,
    collectorPointsPerSecond: points,
    collectorCpuPerMillion: row('CPU seconds per million points'),
    natsCpu: scale('CPU of NATS'),
    influxCpu: scale('CPU of InfluxDB'),
    influxBytes: scale('resident memory of InfluxDB'),
    seriesPerNode: row('series of one node'),
    bytesPerNodeDay: row('one node for one day, every point'),
    bytesPerNodeYear: row('one node after a year'),
    stateBytes: stateBytes(),
    topologyBytes: topologyBytes(),
  };
}

const UNITS: Readonly<Record<string, number>> = { '%': 0.01, KiB: 1024, MiB: 1024 ** 2, GiB: GIB };

/** "2.1 MiB" in bytes, "113 %" as 1.13, "72,100/s" as 72100. */
function figureIn(cell: string): number | undefined {
  const [, number, unit = ''] = /^([\d,.]+) ?(%|[KMG]iB)?/.exec(cell) ?? [];
  return number === undefined ? undefined : Number(number.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

/** Of a run that goes on without gaps, in the stream of its bucket. */
function stateBytes(): number {
  const state = {
    ...emptyState('00000000-00000000'),
    ...{ written: [[1, 100_000]] as const, freed: 100_000, received: 100_000 },
    ...{ firstUs: WALL_US, lastUs: WALL_US, lastWallUs: WALL_US, name: 'guest1', layer: 1, parent: 'guest0' },
    merges: [{ collector: '00000000', number: 100_000 }],
  };
  return (
    encodeState(state).length + RECORD_BYTES + '$KV.nestwatch_watermarks.lab.node.00000000-00000000'.length
  );
}

/** Of a node that runs two guests: its record, and its layer position. */
function topologyBytes(): number {
  const known = { smbiosUuid: UUID, machineId: UUID, hostName: 'guest1', reportedUs: WALL_US };
  const guests = ['guest2', 'guest3'].map((name) =>
    guestFacts(name, { uuid: UUID, macs: card(DEFAULT_MAC) }),
  );
  const times = { firstSeenUs: WALL_US, lastSeenUs: WALL_US, firstReportUs: WALL_US };
  const facts = nodeFacts(UUID, { ...known, macs: [DEFAULT_MAC], guests });
  const record = { ...facts, lab: 'lab', machineBoot: UUID, ...times };
  const position = { lab: 'lab', node: UUID, name: 'guest1', layer: 1, parent: UUID, sinceUs: WALL_US };
  return JSON.stringify(record).length + JSON.stringify(position).length + 2 * RECORD_BYTES;
}

function shown({ unit }: Need, value: number): string {
  if (unit === 'bytes') return formatMemory(value);
  if (unit === 'cores') return `${value.toFixed(2)} cores`;
  return `${thousands(value)} ${unit}`;
}

const thousands = (value: number) => String(Number(value.toPrecision(3))).replace(/\B(?=(\d{3})+$)/g, ',');
