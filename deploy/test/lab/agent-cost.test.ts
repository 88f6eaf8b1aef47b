import { expect, test } from 'vitest';
import { parseAgentCost, renderAgentCost } from '../../lab/agent-cost.ts';

const SAID = [
  'guest3: agent-cost: with the agent 40.000 MiB/s, waited 0.600 %, interrupted 0.200 %',
  'guest3: agent-cost: without the agent 41.000 MiB/s, waited 0.250 %, interrupted 0.100 %',
  'guest3: agent-cost: without the agent 40.000 MiB/s, waited 0.200 %, interrupted 0.100 %',
  'guest3: agent-cost: with the agent 40.000 MiB/s, waited 0.500 %, interrupted 0.100 %',
  'guest3: agent-cost: the agent used 0.213 % of a CPU',
];

test('neighbouring turns are pairs, whichever came first', () => {
  const cost = parseAgentCost(SAID);
  expect(cost?.pairs.map((pair) => [pair.with.mibPerSecond, pair.without.mibPerSecond])).toEqual([
    [40, 41],
    [40, 40],
  ]);
  expect(cost?.slowerPercent[0]).toBeCloseTo(2.5);
  expect(cost?.takenPercent[0]).toBeCloseTo(0.45);
  expect(cost?.takenPercent[1]).toBeCloseTo(0.3);
  expect(cost?.agentCpuPercent).toBe(0.213);
});

test('a measurement that was broken off gives no figures', () => {
  expect(parseAgentCost(SAID.slice(0, -1))).toBeUndefined();
  expect(parseAgentCost(SAID.toSpliced(1, 1))).toBeUndefined();
  expect(parseAgentCost([])).toBeUndefined();
});

test('a reader is told the medians and what they lie between', () => {
  const cost = parseAgentCost(SAID);
  if (cost === undefined) throw new Error('not parsed');
  const text = renderAgentCost('guest3', cost);
  expect(text).toContain('takes 0.38 % (0.30 % to 0.45 %) of the CPU from SHA-256, in 2 pairs of turns');
  expect(text).toContain(
    'it used 0.21 % of a CPU itself. Throughput was lower by 1.25 % (0.00 % to 2.50 %).',
  );
});
