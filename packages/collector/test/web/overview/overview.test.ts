import { expect, test } from 'vitest';
import { adviceList } from '../../../src/web/html/advice.ts';
import { overview } from '../../../src/web/overview/overview.ts';
import type { NodeView } from '../../../src/web/view/view.ts';
import { ADDRESS, labOf, machine, NOW_US } from '../../support/lab-view.ts';

const stream = { benchmark: 'cpu.sha256', variant: '', target: '', against: 'self' };
const judged = (ratio: number, isSlow = false): Pick<NodeView, 'slowdown'> => ({
  slowdown: { ...stream, lab: 'a', node: '', ratio, isSlow, usual: 1, minimumDetectable: 1.1, atUs: NOW_US },
});

/** One hypervisor and this many guests, of which the third is slow. */
function lab(guests: number, own: Partial<NodeView> = {}) {
  const all = Array.from({ length: guests }, (_, at) =>
    machine(`g${at + 1}`, {
      ...{ layer: 1, parent: 'host', capability: { can_host: 0, kernel: '6.1' } },
      ...judged(at === 2 ? 2.4 : 1 + at / 1000, at === 2),
      ...own,
    }),
  );
  return labOf([machine('host', { layer: 0, ...judged(1) }), ...all]);
}

test.each([
  [4, 'class="cascade"'],
  [20, 'nest lines'],
  [100, 'nest tiles'],
])('%i guests are drawn in the way there is room for', (guests, drawn) => {
  expect(overview(lab(guests), ADDRESS).text).toContain(drawn);
});

test('equal siblings are one tile, what is not equal stands beside it, and the tile opens', () => {
  const view = lab(13);
  const { text } = overview(view, ADDRESS);
  expect(text).toContain('13 guests: 12 alike, 1 not');
  expect(text).toContain('<span class="name">12 alike</span>');
  expect(text).toContain('×1.00–1.01');
  expect(text.match(/id="m-/g)).toHaveLength(2);
  expect(text).toMatch(/tone-bad.*×2\.40/);
  const unfolded = overview(view, { ...ADDRESS, unfold: ['host'] }).text;
  expect(unfolded.match(/id="m-/g)).toHaveLength(14);
  expect(unfolded).toContain('fold 12 alike');
});

test('a machine with another kernel is not alike, and a silent one says so instead of an old figure', () => {
  const view = lab(40);
  const nodes = view.nodes.map((node) => {
    if (node.node === 'g9') return { ...node, capability: { kernel: '6.12' } };
    return node.node === 'g11' ? { ...node, silent: true } : node;
  });
  const { text } = overview({ ...view, nodes }, ADDRESS);
  expect(text).toContain('40 guests: 37 alike, 3 not');
  expect(text).toMatch(/id="m-g11".*?<span class="amount">silent<\/span>/);
});

test('where no bound is known, a machine is compared with the others of its layer', () => {
  const points = (value: number) => ({ metrics: { exit: { last: value, points: [] } } });
  const view = lab(10);
  const nodes = view.nodes.map((node, at) => ({ ...node, ...points(at === 5 ? 90 : 10) }));
  const { text } = overview({ ...view, nodes }, { ...ADDRESS, show: 'exit' });
  expect(text).toMatch(/tone-bad[^>]*title="g5, layer 1 · Exit 90.0 µs/);
  expect(text).toContain('9 alike');
});

test('equal advice is said once, with its machines', () => {
  const verdicts = (node: string, summary = 'Nesting is off.') => [
    { node, rule: 'nesting', level: 3, summary, advice: 'Switch it on.' },
  ];
  const view = lab(20);
  const nodes = view.nodes.map((node) => ({ ...node, verdicts: verdicts(node.node) }));
  const { text } = adviceList({ ...view, nodes });
  expect(text.match(/Switch it on/g)).toHaveLength(1);
  expect(text).toContain('nesting, 21 machines (host, g1, g2 and 18 more): Nesting is off.');
  // In a small lab what holds for one machine stays in its box.
  const small = lab(2).nodes.map((node) => ({
    ...node,
    verdicts: verdicts(node.node, `Off on ${node.name}.`),
  }));
  expect(adviceList(labOf(small)).text).toBe('');
  expect(overview(labOf(small), ADDRESS).text.match(/Switch it on/g)).toHaveLength(3);
});

test('500 machines, each drawn, are less than 300 KiB; folded, a tenth of that', () => {
  const view = lab(500);
  expect(overview(view, { ...ADDRESS, unfold: ['host'] }).text.length).toBeLessThan(300 * 1024);
  expect(overview(view, ADDRESS).text.length).toBeLessThan(30 * 1024);
});
