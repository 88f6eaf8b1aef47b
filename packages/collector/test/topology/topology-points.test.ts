import { expect, test } from 'vitest';
import type { LayerPosition } from '../../src/topology/layer-position.ts';
import type { NodeRecord } from '../../src/topology/node-record.ts';
import { bootSeconds } from '../../src/topology/topology-points.ts';
import { nodeFacts } from './facts.ts';

const position = (more: Partial<LayerPosition>): LayerPosition => ({ node: 'n', reason: 'because', ...more });

const record = (more: Partial<NodeRecord>): NodeRecord => ({
  ...nodeFacts('n'),
  lab: 'lab',
  firstSeenUs: 0,
  lastSeenUs: 0,
  machineBoot: '11111111',
  firstReportUs: 200e6,
  firstReportWallUs: 130e6,
  ...more,
});

test('boot time is by the own clocks, else by lab time, and only of the first kernel of a process', () => {
  expect(bootSeconds(record({}), position({ startedWallUs: 100e6, startedUs: 150e6 }))).toBe(30);
  expect(bootSeconds(record({}), position({ startedWallUs: 140e6, startedUs: 150e6 }))).toBe(50);
  expect(bootSeconds(record({}), position({}))).toBeUndefined();
  expect(
    bootSeconds(record({ bootedUs: 2000e6 }), position({ startedUs: 150e6, startedWallUs: 100e6 })),
  ).toBeUndefined();
});
