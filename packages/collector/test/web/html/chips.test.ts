import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import type { NodeDetail } from '../../../src/read/node-detail.ts';
import { nodeFragments } from '../../../src/web/html/node-page.ts';
import { overview } from '../../../src/web/overview/overview.ts';
import { htmlReport } from '../../../src/web/report/html.ts';
import type { LabView, NodeView } from '../../../src/web/view/view.ts';
import { ADDRESS, labOf, machine, partOf } from '../../support/lab-view.ts';

const NO_DETAIL = { facts: [], probes: [], standings: [], exits: [], canary: undefined, guests: [] };

function viewOf(own: Pick<NodeView, 'layer' | 'place'>): { view: LabView; node: NodeView } {
  const node = machine('n1', { name: 'guest1', ...own });
  return { node, view: labOf([node]) };
}

/** The parts of the page of a machine. */
function fragmentsOf(view: LabView, node: NodeView, detail: Partial<NodeDetail> = {}) {
  return nodeFragments({
    ...partOf(view),
    machine: node,
    detail: { ...NO_DETAIL, ...detail },
    outside: { guests: [] },
  });
}

test.each([
  [1, { by: 'mac', reason: 'guest guest1 of n0, by mac' }, 'L1', '1'],
  [undefined, { by: 'pending', reason: 'no parent has reported it' }, '≥1', '≥1'],
  [undefined, { by: 'conflict', reason: 'two parents claim it' }, '?', '?'],
  [undefined, undefined, '?', '?'],
])('layer %s, place %o is the badge %s on the page, and %s in the report', (layer, place, badge, cell) => {
  const { view, node } = viewOf(defined({ layer, place }));
  const page = overview(view, ADDRESS).text;
  const why =
    layer === undefined && place !== undefined ? place.reason : 'layer: 0 is the hypervisor on hardware';
  const shown = `<span class="badge" title="${why}">${badge}</span>`;
  expect(page).toContain(shown);
  expect(fragmentsOf(view, node)['head']?.text).toContain(shown);
  const differences = partOf(view).changes;
  const report = {
    differences,
    changes: [],
    alerts: [],
    detections: [],
    acceptances: [],
    exits: [],
    guests: [],
    heldBack: [],
  };
  const file = htmlReport({ view, report, fromUs: view.fromUs, version: '1' });
  expect(file).toContain(`<span class="swatch"></span>${cell}</td>`);
});

test('a known escape is a chip of its own, and one of which the version does not tell is plain', () => {
  const chips = (capability: NodeView['capability']) => {
    const { view, node } = viewOf({ layer: 1 });
    return fragmentsOf(view, { ...node, capability })['head']?.text ?? '';
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
    return fragmentsOf(view, node, { ...NO_DETAIL, facts: list })['issues']?.text ?? '';
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
  expect(issuesOf({})).toContain('Not checked');
});

test('why guests exit is a sentence and a table for each, those of their own guests after the others', () => {
  const { view, node } = viewOf({ layer: 1 });
  const exitsOf = (exits: NodeDetail['exits']) => fragmentsOf(view, node, { exits })['exits']?.text ?? '';
  const reasons = [
    { reason: 'cpuid', nested: true, perSecond: 300, shareRatio: 1 },
    { reason: 'hlt', nested: false, perSecond: 70.4, shareRatio: 0.7, meanUs: 5430 },
  ];
  const trace = {
    ...{
      node: 'n1',
      name: 'guest1',
      guest: 'guest2',
      atUs: view.nowUs - 90e6,
      summary: 'hlt 70 %, npf 30 %',
    },
    ...{ nestedSummary: 'cpuid 100 %', exitsPerSecond: 100, missedRatio: 0.25, method: 'records' },
    ...{ askedBy: 'alert', reasons },
  };
  const text = exitsOf([trace]);
  expect(text).toContain(
    'hlt 70 %, npf 30 % (100 exits a second, 90 s ago; 25 % of the records were lost, because the buffer was full)',
  );
  expect(text).toMatch(/>hlt<.*>all<.*70\.0 %.*70\.4.*5\.43 ms.*>cpuid<.*>its guests</s);
  expect(exitsOf([{ ...trace, method: 'sums' }])).not.toContain('no room');
  expect(exitsOf([])).toContain('Not traced');
  const costs = fragmentsOf(view, { ...node, capability: { exit_us: 4.5, exit_cycles: 9412.3 } });
  expect(costs['head']?.text).toContain('<dd>4.50 µs (9412 cycles)</dd>');
});
