import { expect, test } from 'vitest';
import { parseAgentCost, renderAgentCost } from '../../lab/agent-cost.ts';

const SAID = [
  'guest3: agent-cost: with the agent 40.000 MiB/s',
  'guest3: agent-cost: without the agent 41.000 MiB/s',
  'guest3: agent-cost: without the agent 40.000 MiB/s',
  'guest3: agent-cost: with the agent 40.000 MiB/s',
  'guest3: agent-cost: the agent used 0.213 % of a CPU',
];

test('neighbouring turns are pairs, whichever came first', () => {
  const cost = parseAgentCost(SAID);
  expect(cost?.pairs).toEqual([
    { with: 40, without: 41 },
    { with: 40, without: 40 },
  ]);
  expect(cost?.slowerPercent[0]).toBeCloseTo(2.5);
  expect(cost?.agentCpuPercent).toBe(0.213);
});

test('a measurement that was broken off gives no figures', () => {
  expect(parseAgentCost(SAID.slice(0, -1))).toBeUndefined();
  expect(parseAgentCost(SAID.toSpliced(1, 1))).toBeUndefined();
  expect(parseAgentCost([])).toBeUndefined();
});

test('a reader is told the median and what it lies between', () => {
  const cost = parseAgentCost(SAID);
  if (cost === undefined) throw new Error('not parsed');
  expect(renderAgentCost('guest3', cost)).toContain(
    'SHA-256 in guest3 is slower by 1.25 % with the agent (0.00 % to 2.50 % in 2 pairs); the agent used 0.21 % of a CPU',
  );
});
