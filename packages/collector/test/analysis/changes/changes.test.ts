import { expect, test } from 'vitest';
import { changesOfCapability } from '../../../src/analysis/changes/of-capability.ts';
import { changesOfNodes } from '../../../src/analysis/changes/of-nodes.ts';
import { changesOfSlowdowns } from '../../../src/analysis/changes/of-slowdowns.ts';
import { changeLines, changesSummary } from '../../../src/analysis/changes/text.ts';
import type { NewestSlowdown } from '../../../src/read/newest-slowdowns.ts';
import type { KnownNode } from '../../../src/read/nodes.ts';

const HOUR_US = 3600e6;
const SINCE_US = 1_800_000_000_000_000;
const NOW_US = SINCE_US + 24 * HOUR_US;

function node(id: string, lastSeenUs: number, own: Partial<KnownNode> = {}): KnownNode {
  return { lab: 'a', node: id, name: id, layer: 1, parent: 'host', lastSeenUs, ...own };
}

test('who is new, gone, silent, heard again or moved is told, and nobody else', () => {
  const found = changesOfNodes({
    before: [
      ...['stays', 'goes', 'falls', 'moves', 'rose'].map((id) => node(id, SINCE_US - 1)),
      ...['was-silent', 'comes-back'].map((id) => node(id, SINCE_US - 5 * HOUR_US)),
    ],
    now: [
      ...['stays', 'comes-back', 'new'].map((id) => node(id, NOW_US)),
      node('falls', NOW_US - 3 * HOUR_US),
      node('was-silent', SINCE_US - 5 * HOUR_US),
      node('moves', NOW_US, { parent: 'stays' }),
      node('rose', NOW_US, { layer: 2 }),
    ],
    sinceUs: SINCE_US,
    toUs: NOW_US,
    firstUs: new Map([
      ['new', NOW_US - 2 * HOUR_US],
      ['comes-back', SINCE_US + HOUR_US],
    ]),
    forgottenUs: new Map([['goes', NOW_US - HOUR_US]]),
  });
  expect(found.map(({ kind, name, what, figure }) => [kind, name, what, figure])).toEqual([
    ['gone', 'goes', 'forgotten by an operator', 'last report 24 h ago'],
    ['heard again', 'comes-back', 'reports again', 'was silent for 6 h'],
    ['new', 'new', 'first report', '2 h ago'],
    ['silent', 'falls', 'it does not report', 'for 3 h'],
    ['moved', 'moves', 'runs on', 'host → stays'],
    ['moved', 'rose', 'layer', '1 → 2'],
  ]);
});

test('what a machine is and can is compared field by field; what was never said, and a balloon, are no change', () => {
  const was = { can_host: 1, kernel: '6.1', memory_bytes: 4e9, cpus: 2, booted_wall_us: SINCE_US - HOUR_US };
  const is = {
    can_host: 0,
    kernel: '6.12',
    memory_bytes: 3.5e9,
    cpus: 2,
    microcode: '0x1',
    booted_wall_us: NOW_US - HOUR_US,
  };
  const times = { sinceUs: SINCE_US, toUs: NOW_US };
  const found = changesOfCapability(node('g', NOW_US), was, is, times, (_, field) =>
    field === 'kernel' ? NOW_US - HOUR_US : undefined,
  );
  expect(found.map(({ kind, what, figure, atUs }) => [kind, what, figure, atUs])).toEqual([
    ['capability', 'can host guests', 'yes → no', undefined],
    ['upgraded', 'kernel', '6.1 → 6.12', NOW_US - HOUR_US],
    ['restarted', 'started again', '60 min ago', NOW_US - HOUR_US],
  ]);
});

function judged(own: Partial<NewestSlowdown>): NewestSlowdown {
  return {
    ...{ lab: 'a', node: 'g', benchmark: 'cpu.sha256', variant: '', target: '', against: 'self' },
    ...{ ratio: 1, usual: 2, minimumDetectable: 1.2, isSlow: false, atUs: SINCE_US },
    ...own,
  };
}

test.each([
  ['more than three rounds show', { ratio: 1.5 }, ['slower', 'cpu.sha256', '×1.50']],
  ['as much less', { ratio: 0.5 }, ['faster', 'cpu.sha256', '×0.50']],
  ['less than they show', { ratio: 1.15 }, undefined],
  ['accepted: what is usual moved', { ratio: 1, usual: 3 }, ['slower', 'cpu.sha256', '×1.50']],
  ['no new result', { ratio: 1.5, atUs: SINCE_US }, undefined],
  ['not learned yet', { ratio: 1.5, usual: undefined }, undefined],
])('slower and faster: %s', (_, own, expected) => {
  const now = judged({ atUs: NOW_US, ...own });
  const [found] = changesOfSlowdowns([node('g', NOW_US)], [judged({})], [now]);
  expect(found && [found.kind, found.what, found.figure]).toEqual(expected);
});

test('a guest of a host that became slower is not named: the comparison with the parent says whose it is', () => {
  const ends = (atUs: number, ratio: number) => [
    judged({ atUs, ratio }),
    judged({ atUs, against: 'parent' }),
    judged({ atUs, ratio, node: 'host' }),
  ];
  const nodes = [node('host', NOW_US), node('g', NOW_US)];
  const found = changesOfSlowdowns(nodes, ends(SINCE_US, 1), ends(NOW_US, 1.6));
  expect(found.map(({ name }) => name)).toEqual(['host']);
});

test('what is the same of several machines is said once, with the range of its figures', () => {
  const upgraded = ['a', 'b', 'c'].map((id) => ({
    ...{ kind: 'upgraded' as const, node: id, name: id, what: 'kernel', figure: '6.1 → 6.12' },
  }));
  const silent = ['d', 'e', 'f'].map((id, at) => ({
    ...{
      kind: 'silent' as const,
      node: id,
      name: id,
      what: 'it does not report',
      figure: `for ${at + 2} h`,
    },
  }));
  const changes = { changes: [...silent, ...upgraded] };
  expect(changesSummary(changes)).toBe('3 silent, 3 upgraded');
  expect(changeLines(changes).map(({ names, figure }) => [names.join(), figure])).toEqual([
    ['d,e,f', 'for 2 h … for 4 h'],
    ['a,b,c', '6.1 → 6.12'],
  ]);
  expect(changesSummary({ changes: [] })).toBe('nothing');
  const begun = { kind: 'alert' as const, node: 'a', name: 'a', what: 'slowdown-self', figure: 'critical' };
  expect(changesSummary({ changes: [begun] })).toBe('1 alert begun');
  expect(changesSummary({ changes: [begun, begun] })).toBe('2 alerts begun');
});
