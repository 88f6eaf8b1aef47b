import { describe, expect, test } from 'vitest';
import { joinTopology } from '../../src/topology/join.ts';
import type { GuestFacts, NodeFacts } from '../../src/topology/node-facts.ts';
import { defaultCard, guestFacts, nodeFacts } from './facts.ts';

const GUESTS = 6;

/** Labs by what their nodes and guests share. */
const sorts: Record<string, (node: number) => Partial<NodeFacts>> = {
  nothing: (node) => ({ smbiosUuid: `u${node}`, guests: guests((at) => guestFacts(`g${at}`)) }),
  UUIDs: (node) => ({
    smbiosUuid: `u${node}`,
    guests: guests((at) => guestFacts(`g${at}`, { uuid: `u${node * GUESTS + at + 1}` })),
  }),
  'host names that are the same everywhere': (node) => ({
    hostName: `debian${node % GUESTS}`,
    guests: guests((at) => guestFacts(`debian${at}`)),
  }),
  'QEMU’s first address': () => ({
    macs: defaultCard.map(({ mac }) => mac),
    guests: guests((at) => guestFacts(`g${at}`, { macs: defaultCard })),
  }),
};

function guests(guest: (at: number) => GuestFacts): GuestFacts[] {
  return Array.from({ length: GUESTS }, (_, at) => guest(at));
}

/** How often the join looks at the UUID of a node or a guest: at least at each comparison of two. */
function looksAt(count: number, sort: (node: number) => Partial<NodeFacts>) {
  let looks = 0;
  const counted = <T extends { readonly [key in K]: string }, K extends string>(of: T, key: K): T => {
    const value = of[key];
    return Object.defineProperty({ ...of }, key, {
      get: () => {
        looks += 1;
        return value;
      },
    });
  };
  const nodes = Array.from({ length: count }, (_, at) => {
    const facts = nodeFacts(`n${at}`, sort(at));
    return counted({ ...facts, guests: facts.guests.map((guest) => counted(guest, 'uuid')) }, 'smbiosUuid');
  });
  const { positions } = joinTopology(nodes, 0);
  return { looks, positions };
}

describe.each(Object.entries(sorts))('a lab whose nodes and guests share %s', (_, sort) => {
  test('costs twice as much with twice as many nodes', () => {
    const [half, whole] = [looksAt(2000, sort), looksAt(4000, sort)];
    expect(whole.positions.size).toBe(4000);
    expect(whole.looks).toBeGreaterThan(4000);
    expect(whole.looks).toBeLessThan(half.looks * 2.1);
    expect(whole.looks).toBeLessThan(4000 * GUESTS * 4);
  });
});

test('a mark that very many share tells nothing, but of the parent that was accepted or configured', () => {
  const lab = Array.from({ length: 200 }, (_, at) =>
    nodeFacts(`n${at}`, { hostName: 'debian', guests: [guestFacts('debian')] }),
  );
  const accepted = { parent: 'n7', by: 'name', sinceUs: 0, machineBoot: '00000000' } as const;
  const { positions } = joinTopology(lab, 0, [['n1', { parent: 'n5' }]], {
    memoryOf: (node) => (node === 'n2' ? { accepted } : undefined),
    decisionOf: () => undefined,
  });
  expect(positions.get('n1')).toMatchObject({ parent: 'n5', by: 'configuration', guest: 'debian' });
  expect(positions.get('n2')).toMatchObject({ parent: 'n7', by: 'name', guest: 'debian' });
  expect(positions.get('n3')?.reason).toMatch(/^too many guests and nodes share its name or address/);
});
