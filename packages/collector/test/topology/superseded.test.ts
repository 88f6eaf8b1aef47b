import { expect, test } from 'vitest';
import { joinTopology } from '../../src/topology/join.ts';
import { TAKEOVER_AFTER_US } from '../../src/topology/superseded.ts';
import { card, guestFacts, nodeFacts } from './facts.ts';

test('a node that came back under another id takes the place of the silent one', () => {
  const host = nodeFacts('host', {
    hypervisor: '',
    guests: [guestFacts('g', { macs: card('52:54:00:aa:00:01') })],
  });
  const node = (name: string, lastSeenUs: number) =>
    nodeFacts(name, { macs: ['52:54:00:aa:00:01'], lastSeenUs });
  const parentOf = (lastSeenUs: number) => {
    const nodes = [
      { ...host, lastSeenUs: TAKEOVER_AFTER_US * 2 },
      node('old', lastSeenUs),
      node('new', TAKEOVER_AFTER_US * 2),
    ];
    const { positions, clones } = joinTopology(nodes, TAKEOVER_AFTER_US * 2);
    return { new: positions.get('new')?.parent, old: positions.get('old')?.reason, clones: clones.length };
  };
  expect(parentOf(1)).toEqual({
    new: 'host',
    old: 'new reports as the same machine, and this one no longer reports',
    clones: 0,
  });
  // While both report, neither is believed, and they are told as clones.
  expect(parentOf(TAKEOVER_AFTER_US * 2)).toMatchObject({ new: undefined, clones: 1 });
});
