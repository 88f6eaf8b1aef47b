import { describe, expect, test } from 'vitest';
import { divide, fits } from '../../../src/analysis/compare/divide.ts';
import type { EnvironmentRequest } from '../../../src/analysis/compare/request.ts';
import { environment, node, result, span } from '../../support/compare.ts';

const OLD = '6.1.0-37-amd64';
const NEW = '6.12.117-amd64';
const nodes = [
  node('guest1', 1),
  node('guest2', 2, { parent: 'guest1' }),
  node('guest3', 3, { parent: 'guest2' }),
];

/** guest2's kernel is the new one from the hour 6 on; guest3 has no environment of its own in two of its rounds. */
const results = Array.from({ length: 12 }, (_, hour) => [
  result(hour, { node: 'guest1', environment: environment(OLD) }),
  result(hour, { node: 'guest2', environment: environment(hour < 6 ? OLD : NEW) }),
  result(hour, { node: 'guest3', ...(hour % 5 > 0 && { environment: environment(OLD) }) }),
]).flat();

const request = (more: Partial<EnvironmentRequest> = {}): EnvironmentRequest => ({
  kind: 'environment',
  lab: 'a',
  fromUs: 0,
  toUs: 1,
  worth: 1.1,
  property: 'kernel',
  values: ['6.1', '6.12'],
  ...more,
});

describe('results by the kernel', () => {
  test('of the node itself, else of the nearest machine above it', () => {
    const sides = divide(span(results, { nodes }), request());
    const counts = (side: typeof sides.before) => nodes.map((each) => side.resultsOf(each.node).length);
    expect(counts(sides.before)).toEqual([0, 6, 6]);
    expect(counts(sides.after)).toEqual([0, 6, 6]);
    expect([...sides.dividedBy].map(([id, by]) => [id, by.name])).toEqual([['guest3', 'guest2']]);
    expect(sides.notes).toEqual([
      'guest1 is skipped: neither it nor a machine above it measured with both kernel 6.1 and 6.12.',
    ]);
  });

  test('leaves out what lies between two environments, such as windows of probes around the upgrade', () => {
    const probe = (minutes: number) =>
      result(minutes / 60, { node: 'guest3', benchmark: 'probe.steal', round: `probe.steal@${minutes}` });
    const around = [4.9, 5.5, 6.1].map((hour) => probe(hour * 60));
    const all = [...results, ...around].sort((a, b) => a.timeUs - b.timeUs);
    const sides = divide(span(all, { nodes }), request());
    const probes = (side: typeof sides.before) =>
      side.resultsOf('guest3').filter((each) => each.benchmark === 'probe.steal');
    expect([probes(sides.before).length, probes(sides.after).length]).toEqual([1, 1]);
  });

  test('of one machine for all, when that is asked for', () => {
    const sides = divide(span(results, { nodes }), request({ of: 'guest2' }));
    expect(sides.before.resultsOf('guest1')).toHaveLength(6);
    expect(sides.after.resultsOf('guest3')).toHaveLength(6);
    expect(() => divide(span(results, { nodes }), request({ of: 'guest9' }))).toThrow(
      'unknown node guest9; known: guest1, guest2, guest3',
    );
  });

  test.each([
    [['6.1', '7.0'], `lab a has no results with kernel 7.0; known: ${OLD}, ${NEW}`],
    [['6.1', '6.1.0'], `6.1 and 6.1.0 both match ${OLD}: give more digits of each`],
  ])('%j is refused', (values, why) => {
    const [before = '', after = ''] = values;
    expect(() => divide(span(results, { nodes }), request({ values: [before, after] }))).toThrow(why);
  });

  test('where nothing is known says so', () => {
    const bare = results.map(({ environment: _, ...rest }) => rest);
    expect(() => divide(span(bare, { nodes }), request())).toThrow('there is none in this time');
  });
});

test.each([
  ['6.1.0-37-amd64', '6.1', true],
  ['6.12.117', '6.1', false],
  ['16.1', '6.1', false],
  ['QEMU Standard PC pc-q35-7.2', '7.2', true],
  ['QEMU Standard PC pc-q35-7.2', 'qemu', true],
  ['tsc-early', 'tsc', true],
  ['v20.20.2', 'v20', true],
  ['6.1', '', false],
])('%s means %s: %s', (value, wanted, expected) => expect(fits(value, wanted)).toBe(expected));
