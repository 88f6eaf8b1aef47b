// What a collector remembers of each run of an agent: node scripts/with-node.mjs run-ts bench/by-hand/run-memory.ts [RUNS]
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { encodeState } from '../../packages/collector/src/delivery/encode-state.ts';
import { nodeFigures } from '../../packages/collector/src/delivery/figures.ts';
import { createKnownStates } from '../../packages/collector/src/delivery/known-states.ts';
import { emptyState } from '../../packages/collector/src/delivery/state.ts';
import { createGrowthGuard } from '../../packages/collector/src/ingest/growth-guard.ts';

const RUNS = Number(process.argv[2] ?? 10_000);
const RUNS_OF_NODE = 100;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  for (let time = 0; time < 3; time++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** One more run, as a collector learns of it. */
function learn(at: number): void {
  const node = `lab-guest2-${Math.floor(at / RUNS_OF_NODE)}`;
  const runId = `${at.toString(16).padStart(8, '0')}-${(at * 7919).toString(16).padStart(8, '0')}`;
  const nowUs = systemClock.wallUs();
  const messages = 2 + (at % 900);
  const state = {
    ...emptyState(runId),
    ...{ written: [[1, messages]] as const, freed: messages - 1, received: messages },
    ...{ firstUs: nowUs - 1e9, lastUs: nowUs, lastWallUs: nowUs, closedUs: nowUs },
    ...{
      name: `guest2-${node}`,
      layer: 2,
      parent: 'lab-guest1-0',
      merges: [{ collector: 'c0ffee00', number: at + 1 }],
    },
  };
  growth.admit({ lab: 'lab', node, runId, series: [] }, nowUs);
  // As it comes from NATS: cut out of its subject.
  known.learn(`$KV.nestwatch_watermarks.lab.${node}.${runId}`.slice(25), encodeState(state), at + 1);
}

const limits = { 'limits.labs': 1e9, 'limits.nodes': 1e9, 'limits.boots': 1e9, 'limits.node-series': 1e9 };
const growth = createGrowthGuard({ ...limits, 'limits.lab-series': 1e9 });
const known = createKnownStates(silentLog);
for (let at = 0; at < 500; at++) learn(at);
nodeFigures(known.states);
const before = heapBytes();
for (let at = 500; at < RUNS + 500; at++) learn(at);
const nodes = nodeFigures(known.states).length;
const bytes = (heapBytes() - before) / RUNS;
process.stdout.write(`${Math.round(bytes)} bytes for each of ${RUNS} runs of ${nodes} nodes\n`);
