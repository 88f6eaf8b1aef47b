import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import { cascade } from '../../../src/web/html/cascade.ts';
import { nodeFragments } from '../../../src/web/html/node-page.ts';
import { htmlReport } from '../../../src/web/report/html.ts';
import type { LabView, NodeView } from '../../../src/web/view/view.ts';

const NO_DETAIL = { facts: [], probes: [], standings: [] };
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
  expect(nodeFragments(view, node, NO_DETAIL)['head']?.text).toContain(shown);
  const report = { changes: [], alerts: [], detections: [], acceptances: [] };
  const file = htmlReport({ view, report, fromUs: nowUs - 3_600_000_000, version: '1' });
  expect(file).toContain(`<span class="swatch"></span>${cell}</td>`);
});

test('a known escape is a chip of its own, and one of which the version does not tell is plain', () => {
  const chips = (capability: NodeView['capability']) => {
    const { view, node } = viewOf({ layer: 1 });
    return nodeFragments(view, { ...node, capability }, NO_DETAIL)['head']?.text ?? '';
  };
  expect(chips({ open_escapes: 'CVE-2026-53359' })).toMatch(
    /chip bad" title="[^"]*CVE-2026-53359">.*known escape/,
  );
  expect(chips({ open_escapes: 'unknown' })).toContain('escapes unclear');
  expect(chips({ open_escapes: 'none' })).not.toMatch(/escape/);
  expect(chips({})).not.toMatch(/escape/);
  const costs = chips({ exit_us: 2.5, mitigations: 'retpolines srso-safe-ret', microcode: '0x1000065' });
  expect(costs).toContain('<dt>An exit costs</dt><dd>2.50 µs</dd>');
  expect(costs).toContain('<dt>Mitigations at exits</dt><dd>retpolines srso-safe-ret</dd>');
  expect(costs).toContain('<dt>Microcode</dt><dd>0x1000065</dd>');
});

test('known issues are listed with how they stand, and nothing is said of an agent that knows none', () => {
  const issuesOf = (facts: Readonly<Record<string, string>>) => {
    const { view, node } = viewOf({ layer: 1 });
    const list = Object.entries(facts).map(([fact, value]) => ({ fact, value, reason: '', source: '' }));
    return nodeFragments(view, node, { ...NO_DETAIL, facts: list })['issues']?.text ?? '';
  };
  const text = issuesOf({
    'known_issues.list': 'built in, of 2026-11-28',
    'known_issues.open': 'CVE-2026-53359=escape cpuid-leaf-d=slow',
    'known_issues.unclear': 'CVE-2026-46032=state',
  });
  expect(text).toMatch(
    /chip bad">.*escape.*CVE-2026-53359.*chip warn">.*slow.*cpuid-leaf-d.*chip plain">.*state/s,
  );
  expect(issuesOf({ 'known_issues.list': 'built in, of 2026-11-28' })).toContain('None is open here.');
  expect(issuesOf({})).toContain('Not judged');
});
