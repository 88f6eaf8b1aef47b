import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import { cascade } from '../../../src/web/html/cascade.ts';
import { nodeFragments } from '../../../src/web/html/node-page.ts';
import { htmlReport } from '../../../src/web/report/html.ts';
import type { LabView, NodeView } from '../../../src/web/view/view.ts';

const nowUs = 1_800_000_000_000_000;

function viewOf(own: Pick<NodeView, 'layer' | 'place'>): { view: LabView; node: NodeView } {
  const node: NodeView = {
    ...{ lab: 'a', node: 'n1', name: 'guest1', lastSeenUs: nowUs, silent: false },
    ...{ capability: {}, verdicts: [], metrics: {}, benchmarks: [] },
    ...own,
  };
  return { node, view: { lab: 'a', labs: ['a'], nowUs, nodes: [node], alerts: [], events: [] } };
}

test.each([
  [1, { by: 'mac', reason: 'guest guest1 of n0, by mac' }, 'L1', '1'],
  [undefined, { by: 'pending', reason: 'no parent has reported it' }, '≥1', '≥1'],
  [undefined, { by: 'conflict', reason: 'two parents claim it' }, '?', '?'],
  [undefined, undefined, '?', '?'],
])('layer %s, place %o is the badge %s on the page, and %s in the report', (layer, place, badge, cell) => {
  const { view, node } = viewOf(defined({ layer, place }));
  const page = cascade(view).text;
  const why =
    layer === undefined && place !== undefined ? place.reason : 'layer: 0 is the hypervisor on hardware';
  const shown = `<span class="badge" title="${why}">${badge}</span>`;
  expect(page).toContain(shown);
  expect(nodeFragments(view, node, { facts: [], probes: [], standings: [] })['head']?.text).toContain(shown);
  const report = { changes: [], alerts: [], detections: [], acceptances: [] };
  const file = htmlReport({ view, report, fromUs: nowUs - 3_600_000_000, version: '1' });
  expect(file).toContain(`<span class="swatch"></span>${cell}</td>`);
});
