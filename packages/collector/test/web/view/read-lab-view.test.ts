import { expect, test } from 'vitest';
import type { Series } from '../../../src/influx/query-answer.ts';
import { pageRequest } from '../../../src/web/view/lab-request.ts';
import { readLabView } from '../../../src/web/view/read-lab-view.ts';

const NOW_US = 1_800_000_000_000_000;
const MINUTE_US = 60e6;

test('on the page a node is silent from three minutes after its newest message', async () => {
  const heard = (node: string, agoUs: number): Series => ({
    name: 'nestwatch_report',
    tags: { lab: 'lab', node, name: node, layer: '0', parent: 'none' },
    rows: [{ time: NOW_US - agoUs, seq: 1 }],
  });
  const query = async (text: string) =>
    text.includes('"nestwatch_report"')
      ? [heard('well', 3 * MINUTE_US), heard('silent', 3 * MINUTE_US + 1)]
      : [];
  const times = { fromUs: NOW_US - 60 * MINUTE_US, toUs: NOW_US, isLive: true, sinceUs: NOW_US };
  const { nodes } = await readLabView({ query, queryThinned: query }, pageRequest('lab', times));
  expect(nodes.map(({ node, silent }) => [node, silent])).toEqual([
    ['silent', true],
    ['well', false],
  ]);
});
