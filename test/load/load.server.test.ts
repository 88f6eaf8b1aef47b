import { LineBuffer } from '@nestwatch/collector/influx/points/line-buffer';
import { decodeMessage } from '@nestwatch/collector/ingest/decode';
import { addMessageLines } from '@nestwatch/collector/ingest/message-lines';
import { systemClock } from '@nestwatch/common/clock';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { beforeAll, expect, test } from 'vitest';
import { history } from './history.ts';
import { pace } from './pace.ts';
import { openPublishers } from './publishers.ts';
import { simulatedLabs } from './simulated-labs.ts';
import { readTemplate, type Template } from './template.ts';

let template: Template;

beforeAll(async () => {
  template = await readTemplate();
});

test('labs have four layers, and every node below the first has a parent one layer up', () => {
  const nodes = simulatedLabs(50);
  const byId = new Map(nodes.map((node) => [node.node, node]));
  expect(byId.size).toBe(50);
  expect(new Set(nodes.map(({ lab }) => lab)).size).toBe(3);
  expect(new Set(nodes.map(({ layer }) => layer))).toEqual(new Set([0, 1, 2, 3]));
  for (const { layer, parent, lab } of nodes) {
    if (layer === 0) expect(parent).toBe('');
    else expect(byId.get(parent)).toMatchObject({ layer: layer - 1, lab });
  }
});

test('a history is the same for the same seed, and every message of it is one that the collector takes', () => {
  const options = { nodes: simulatedLabs(3), template, samples: 10, intervalMs: 10_000, endUs: 1.7e15 };
  const messages = [...history({ ...options, seed: 7 })];
  expect(messages.map(({ seq }) => seq)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4]);
  expect([...history({ ...options, seed: 7 })]).toEqual(messages);
  expect([...history({ ...options, seed: 8 })][0]?.bytes).not.toEqual(messages[0]?.bytes);
  for (const { subject, bytes } of messages) {
    const lines = new LineBuffer();
    addMessageLines(decodeMessage(subject, bytes), 2000, lines);
    expect(lines.mark().lines).toBeGreaterThan(5);
  }
});

test('at the real pace, every report of simulated nodes arrives in InfluxDB', async () => {
  await using lab: TestLab = await createTestLab();
  await lab.startCollector();
  await using publishers = await openPublishers(lab.servers.natsUrl, 5);
  const nodes = simulatedLabs(40);
  const { published } = await pace(
    publishers,
    { nodes, template, intervalMs: 1000, durationMs: 3000, clock: systemClock, seed: 1 },
    new AbortController().signal,
  );
  expect(published).toBe(120);
  expect(publishers.counts).toMatchObject({ confirmed: 120 + 2 * 40, failed: 0 });
  const rows = await lab.waitForRows(
    'SELECT count(seq) AS reports FROM nestwatch_report GROUP BY node',
    (found) => found.reduce((sum, row) => sum + Number(row['reports']), 0) >= 200,
  );
  expect(rows).toHaveLength(40);
});
