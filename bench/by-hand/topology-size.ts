// What a look at the topology of a large lab costs: node scripts/with-node.mjs run-ts bench/by-hand/topology-size.ts [NODES].
// Prints CPU time, for what other programs do must not count.
import { renderTable } from '@nestwatch/common/cli/table';
import { systemClock } from '@nestwatch/common/clock';
import type { StoredPosition } from '../../packages/collector/src/topology/layer-position.ts';
import type { NodeRecord } from '../../packages/collector/src/topology/node-record.ts';
import { createTopologyReconciler } from '../../packages/collector/src/topology/reconciler.ts';
import type { TopologyStore } from '../../packages/collector/src/topology/topology-store.ts';
import { guestFacts, nodeFacts } from '../../packages/collector/test/topology/facts.ts';

const NODES = Number(process.argv[2] ?? 4000);
const GUESTS = 6;

/** A tree: each node runs six guests, which are known by their UUIDs as far as they are nodes. */
function recordOf(at: number): NodeRecord {
  const guests = Array.from({ length: GUESTS }, (_, guest) =>
    guestFacts(`guest${guest}`, { uuid: `u${at * GUESTS + guest + 1}` }),
  );
  const nowUs = systemClock.wallUs();
  return {
    ...nodeFacts(`n${at}`, { smbiosUuid: `u${at}`, hostName: 'debian', reportedUs: nowUs, guests }),
    ...{ lab: 'lab', machineBoot: '00000000', firstSeenUs: nowUs, lastSeenUs: nowUs },
    ...{ firstReportUs: nowUs, firstReportWallUs: nowUs },
  };
}

const records = new Map(Array.from({ length: NODES }, (_, at) => [`n${at}`, recordOf(at)]));
const positions = new Map<string, StoredPosition>();
const store = {
  records: () => records.values(),
  position: (_lab: string, node: string) => positions.get(node),
  putPosition: (position: StoredPosition) => void positions.set(position.node, position),
  decision: () => undefined,
} as unknown as TopologyStore;
const options = { clock: systemClock, overrides: {}, forgetAfterMs: 1e12 };
const reconcile = createTopologyReconciler(
  store,
  () => undefined,
  () => undefined,
  options,
);

async function cost(withState: boolean): Promise<string> {
  const before = process.cpuUsage();
  await reconcile(withState);
  const { user, system } = process.cpuUsage(before);
  return `${((user + system) / 1000).toFixed(0)} ms`;
}

const rows: [string, string][] = [
  ['the first look', await cost(true)],
  ['one with state', await cost(true)],
];
records.set('n9', { ...recordOf(9), cpus: 2 });
rows.push(['one after a node changed', await cost(false)]);
const columns = [
  { title: `${NODES} nodes, ${GUESTS} guests each`, value: ([what]: [string, string]) => what },
  { title: 'CPU', value: ([, cpu]: [string, string]) => cpu },
];
process.stdout.write(`${renderTable(columns, rows)}\n`);
