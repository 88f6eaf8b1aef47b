import { RetryableError } from '@nestwatch/common/errors';
import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import type { Series } from '../../../src/influx/query-answer.ts';
import { createLayersReader, heldFor } from '../../../src/web/layers/read-layers.ts';
import { renderLayers } from '../../../src/web/layers/render-layers.ts';
import { remarksOn } from '../../support/exposition.ts';

const HOSTILE = 'guest3"} 1\nevil_total{x="\\';

function point(name: string, node: string, row: Record<string, unknown>, tags: object = {}): Series {
  const common = { lab: 'lab', node, name: node, layer: '3', parent: 'guest2' };
  return { name, tags: { ...common, ...tags }, rows: [{ time: 1_000_000_000, ...row }] } as unknown as Series;
}

const ANSWERS: Readonly<Record<string, Series[]>> = {
  nestwatch_report: [
    point('nestwatch_report', 'guest3', { seq: 2, time: 2_000_000_000 }, { name: HOSTILE }),
    point('nestwatch_report', 'guest3', { seq: 1 }, { name: 'before it was renamed' }),
    point('nestwatch_report', 'guest4', { seq: 1 }),
  ],
  nestwatch_cpu_time: [
    point('nestwatch_cpu_time', 'guest3', { steal_ratio: 0.25, idle_ratio: null }),
    point('nestwatch_cpu_time', 'unheard', { steal_ratio: 0.5 }),
  ],
  nestwatch_exit_latency: [point('nestwatch_exit_latency', 'guest3', { median_us: 12.5 })],
  nestwatch_capability: [point('nestwatch_capability', 'guest3', { can_host: 1 })],
  nestwatch_slowdown: [
    point('nestwatch_slowdown', 'guest3', { slowdown_ratio: 1.1 }, { benchmark: 'a', against: 'parent' }),
    point('nestwatch_slowdown', 'guest3', { slowdown_ratio: 2.4 }, { benchmark: 'b', against: 'parent' }),
  ],
};

const asked: string[] = [];
const store = {
  async query(query: string) {
    const from = /FROM "(\w+)"/.exec(query)?.[1] ?? '';
    asked.push(from);
    return ANSWERS[from] ?? [];
  },
};

test('the layers are series by lab, node and layer, in base units; a hostile name stays a label', async () => {
  const clock = testClock();
  const read = createLayersReader(store, clock);
  const text = await renderLayers(await read(), 10_000);
  expect(remarksOn(text)).toEqual([]);
  const of3 = '{lab="lab",node="guest3",layer="3"';
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    `nestwatch_node_info${of3},name="guest3\\"} 1\\nevil_total{x=\\"\\\\",parent="guest2"} 1`,
    'nestwatch_node_info{lab="lab",node="guest4",layer="3",name="guest4",parent="guest2"} 1',
    `nestwatch_node_last_report_timestamp_seconds${of3}} 2000`,
    'nestwatch_node_last_report_timestamp_seconds{lab="lab",node="guest4",layer="3"} 1000',
    `nestwatch_node_can_host${of3}} 1`,
    `nestwatch_node_slowdown_ratio${of3},against="parent"} 2.4`,
    'nestwatch_layers_nodes_left_out 0',
    `nestwatch_cpu_time_steal_ratio${of3}} 0.25`,
    `nestwatch_exit_latency_median_seconds${of3}} 0.0000125`,
  ]);
  // What changes slowly is asked for once in five minutes.
  const slowly = () => asked.filter((from) => from === 'nestwatch_slowdown').length;
  await read();
  expect(slowly()).toBe(1);
  clock.forward(300_000);
  await read();
  expect(slowly()).toBe(2);
});

test('nodes that would be too many series are left out whole, and counted', async () => {
  const text = await renderLayers(await createLayersReader(store, testClock())(), 8);
  expect(text).toContain('nestwatch_layers_nodes_left_out 1\n');
  expect(text).toContain('node="guest3"');
  expect(text).not.toContain('node="guest4"');
});

test('who asks at once is given one reading; what failed is asked for again', async () => {
  let readings = 0;
  const read = heldFor(5000, testClock(), async () => {
    readings += 1;
    if (readings === 1) throw new RetryableError('away');
    return readings;
  });
  const [one, other] = await Promise.allSettled([read(), read()]);
  expect([one.status, other.status, readings]).toEqual(['rejected', 'rejected', 1]);
  expect([await read(), await read()]).toEqual([2, 2]);
});
