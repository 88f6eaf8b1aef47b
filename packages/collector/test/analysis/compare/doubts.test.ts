import { describe, expect, test } from 'vitest';
import { differences } from '../../../src/analysis/compare/differences.ts';
import { doubts } from '../../../src/analysis/compare/doubts.ts';
import { pairNodes } from '../../../src/analysis/compare/pair-nodes.ts';
import { type Sides, wholeSide } from '../../../src/analysis/compare/sides.ts';
import type { MessageTrace } from '../../../src/read/messages.ts';
import type { Span } from '../../../src/read/span.ts';
import { environment, HOUR_US, node, result, START_US, span } from '../../support/compare.ts';

const hours = (...all: readonly number[]) => all.map((hour) => result(hour));
const sidesOf = (before: Span, after: Span): Sides => ({
  before: wholeSide('before 2026-11-02', before),
  after: wholeSide('after 2026-11-02', after),
  dividedBy: new Map(),
  notes: [],
});
const told = (before: Span, after: Span) =>
  doubts(sidesOf(before, after), pairNodes(before.nodes, after.nodes));
const trace = (hour: number, run: string, more: Partial<MessageTrace> = {}): MessageTrace => ({
  timeUs: START_US + hour * HOUR_US,
  run,
  skewSeconds: 0,
  clockRate: 1,
  isPlaced: false,
  ...more,
});
const quiet = () => span(hours(0, 1, 2, 3, 4, 5));
const withTraces = (...traces: MessageTrace[]) =>
  span(hours(0, 1, 2, 3, 4, 5), { messages: new Map([['guest1', traces]]) });

describe('what is said before it is believed', () => {
  test('nothing of what is well', () => expect(told(quiet(), quiet())).toEqual([]));

  test('a span without results', () => {
    expect(told(span([], { nodes: [] }), quiet())).toEqual([
      'There are no results before 2026-11-02, from 2026-11-01 00:00 UTC to 2026-11-05 04:00 UTC.',
      'guest1 has results on one side only: after 2026-11-02.',
    ]);
  });

  test('a hole, once for all nodes that have it', () => {
    const nodes = [node('guest1', 1), node('guest2', 2)];
    const results = hours(0, 1, 2, 3, 20, 21).flatMap((each) => [each, { ...each, node: 'guest2' }]);
    expect(told(span(results, { nodes }), span(results, { nodes }))[0]).toBe(
      'No round of guest1 and guest2 before 2026-11-02 for 17 h after 2026-11-01 03:00 UTC, else one every 60 min.',
    );
  });

  test('two agents, and not one that was restarted', () => {
    expect(told(withTraces(trace(0, 'a'), trace(1, 'b'), trace(2, 'a')), quiet())).toEqual([
      'Two agents report as guest1, because their runs alternate. Its results may come from two machines.',
    ]);
    expect(told(withTraces(trace(0, 'a'), trace(1, 'a'), trace(2, 'b')), quiet())).toEqual([]);
  });

  test('clocks that are off, and clocks that ran otherwise', () => {
    const off = trace(0, 'a', { isPlaced: true, skewSeconds: -300 });
    expect(told(withTraces(off), quiet())).toEqual([
      "The clock of guest1 was off by up to 5 min: its points stand at the collector's time.",
    ]);
    expect(told(withTraces(trace(0, 'a', { clockRate: 10 })), withTraces(trace(1, 'a')))[0]).toMatch(
      /^The clock of guest1 ran at another rate: one of its seconds took 10\.0 s of the collector before/,
    );
  });

  test('what is thinned out, and what could not be read', () => {
    expect(
      told(span(hours(0, 1), { thinnedUntilUs: START_US }), span(hours(0), { unreadable: 'no' })),
    ).toEqual([
      'Before 2026-11-01 00:00 UTC, lab a has only thinned-out points: a round there may stand for several.',
      'Cannot read older points of lab a: no.',
    ]);
  });
});

describe('what differs in the environment', () => {
  const before = span([result(0, { environment: environment('6.1') })], {
    facts: [
      { node: 'guest1', fact: 'kvm_modules.parameters', timeUs: START_US, value: 'kvm.a=1 kvm.nested=1' },
      { node: 'guest1', fact: 'system.kernel', timeUs: START_US, value: 'of no account' },
    ],
  });
  const after = span([result(30, { environment: environment('6.12', { memoryBytes: 2.1e9 }) })], {
    facts: [
      { node: 'guest1', fact: 'kvm_modules.parameters', timeUs: START_US, value: 'kvm.a=1 kvm.nested=0' },
    ],
  });

  test('by property, with when it was first seen', () => {
    const found = differences(sidesOf(before, after), pairNodes(before.nodes, after.nodes));
    expect(found.map(({ property, text }) => `${property}: ${text}`)).toEqual([
      'kernel: 6.1 → 6.12',
      "options of KVM's modules: -kvm.nested=1 +kvm.nested=0",
    ]);
    expect(found[0]).toMatchObject({ node: 'guest1', sinceUs: START_US + 30 * HOUR_US });
  });

  test('nothing, where it is the same or not known', () => {
    const sides = sidesOf(before, span([result(30)]));
    expect(differences(sides, pairNodes(before.nodes, before.nodes))).toEqual([]);
  });
});

test('nodes of two labs are paired by id, else by layer and name, else as the only ones of their layer', () => {
  const before = [node('a0', 0, { name: 'host' }), node('a1', 1, { name: 'guest1' }), node('a2', 2)];
  const after = [
    node('b0', 0, { name: 'other' }),
    node('b1', 1, { name: 'guest1' }),
    node('b2', 2),
    node('b3', 2),
  ];
  const pairs = pairNodes(before, after).map((pair) => [pair.before?.node, pair.after?.node]);
  expect(pairs).toEqual(
    [
      ['a1', 'b1'],
      ['a0', 'b0'],
      ['a2', undefined],
      [undefined, 'b2'],
      [undefined, 'b3'],
    ].sort((a, b) => Number(a[1]?.[1] ?? a[0]?.[1]) - Number(b[1]?.[1] ?? b[0]?.[1])),
  );
});
