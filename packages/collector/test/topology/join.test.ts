import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinTopology, type Override, type Topology } from '../../src/topology/join.ts';
import type { NodeFacts } from '../../src/topology/node-facts.ts';
import { PARENT_GRACE_US } from '../../src/topology/roots.ts';
import { card, DEFAULT_MAC, defaultCard, GIB, guestFacts, nodeFacts } from './facts.ts';

const MIB = 2 ** 20;
const join = (nodes: readonly NodeFacts[], overrides: Readonly<Record<string, Override>> = {}) =>
  joinTopology(nodes, 0, Object.entries(overrides));
const layersOf = (topology: Topology) =>
  Object.fromEntries([...topology.positions].map(([node, position]) => [node, position.layer]));
const parentsOf = (topology: Topology) =>
  Object.fromEntries([...topology.positions].map(([node, position]) => [node, position.parent]));

/** The emulated cascade: microvm without DMI, no machine-id, everywhere QEMU's default address. */
const cascade = [
  nodeFacts('a', {
    hypervisor: 'tcg',
    memoryBytes: 2950 * MIB,
    macs: [DEFAULT_MAC],
    guests: [guestFacts('unnamed', { macs: defaultCard, memoryBytes: 1900 * MIB, vcpus: 1 })],
  }),
  nodeFacts('b', {
    memoryBytes: 1850 * MIB,
    macs: [DEFAULT_MAC],
    guests: [guestFacts('unnamed', { macs: defaultCard, memoryBytes: 1100 * MIB, vcpus: 1 })],
  }),
  nodeFacts('c', {
    memoryBytes: 1060 * MIB,
    macs: [DEFAULT_MAC],
    guests: [guestFacts('unnamed', { macs: defaultCard, memoryBytes: 400 * MIB, vcpus: 1 })],
  }),
  nodeFacts('d', { memoryBytes: 370 * MIB, macs: [DEFAULT_MAC] }),
];

describe('join', () => {
  test('by UUID, by address and by name', () => {
    const topology = join([
      nodeFacts('host', {
        hypervisor: '',
        guests: [
          guestFacts('one', { uuid: 'u-1' }),
          guestFacts('two', { macs: card('52:54:00:aa:00:02') }),
          guestFacts('three'),
        ],
      }),
      nodeFacts('n1', { smbiosUuid: 'u-1' }),
      nodeFacts('n2', { macs: ['52:54:00:aa:00:02'] }),
      nodeFacts('n3', { hostName: 'three' }),
    ]);
    expect(layersOf(topology)).toEqual({ host: 0, n1: 1, n2: 1, n3: 1 });
    expect([...topology.positions.values()].map((position) => position.by)).toEqual([
      undefined,
      'uuid',
      'mac',
      'name',
    ]);
    expect(topology.guestsWithoutAgent).toEqual([]);
  });

  test('of a cascade in which every card has the default address, by what fits', () => {
    const topology = join(cascade);
    expect(layersOf(topology)).toEqual({ a: 0, b: 1, c: 2, d: 3 });
    expect(parentsOf(topology)).toEqual({ a: undefined, b: 'a', c: 'b', d: 'c' });
  });

  test('of such a cascade with equal sizes, by elimination from the start times', () => {
    const alike = cascade.map((node, at) => ({
      ...node,
      memoryBytes: 3.8 * GIB,
      bootedUs: at * 100e6,
      guests: node.guests.map((guest) => ({ ...guest, memoryBytes: 4 * GIB, startedUs: at * 100e6 + 90e6 })),
    }));
    expect(parentsOf(join(alike))).toEqual({ a: undefined, b: 'a', c: 'b', d: 'c' });
  });

  test('does not guess between two guests that fit equally', () => {
    const twins = [
      nodeFacts('host', {
        hypervisor: '',
        guests: [guestFacts('x', { macs: defaultCard }), guestFacts('y', { macs: defaultCard })],
      }),
      nodeFacts('n1', { macs: [DEFAULT_MAC] }),
    ];
    const place = join(twins).positions.get('n1');
    expect(place).toMatchObject({ root: 'pending', reason: expect.stringMatching(/x of host, y of host/) });
    expect(place?.layer).toBeUndefined();
  });

  test('a UUID that differs speaks against an equal address', () => {
    const topology = join([
      nodeFacts('host', {
        hypervisor: '',
        guests: [guestFacts('x', { uuid: 'u-1', macs: card('52:54:00:aa:00:01') })],
      }),
      nodeFacts('n1', { smbiosUuid: 'u-2', macs: ['52:54:00:aa:00:01'] }),
    ]);
    expect(parentsOf(topology)['n1']).toBeUndefined();
    expect(topology.guestsWithoutAgent).toMatchObject([{ parent: 'host', guest: { guest: 'x' } }]);
  });

  test('what a person configured counts most, and circles are not followed', () => {
    const overrides = { d: { parent: 'b' }, a: { parent: 'c', layer: 5 }, c: { parent: 'a' } };
    const topology = join(cascade, overrides);
    expect(parentsOf(topology)).toMatchObject({ d: 'b', a: 'c' });
    expect(topology.positions.get('a')?.layer).toBe(5);
  });
});

describe('a node without a parent', () => {
  test.each([
    ['hardware', { hypervisor: '' }, 0],
    ['emulated', { hypervisor: 'tcg' }, 0],
    ['opaque', { hypervisor: 'vmware' }, 1],
    ['opaque', { hypervisor: 'hyper-v' }, 1],
    ['opaque', { hypervisor: 'xen' }, 1],
    ['opaque', { hypervisor: 'kvm', cloud: 'DigitalOcean' }, 1],
    ['pending', { hypervisor: 'kvm' }, undefined],
    ['pending', { hypervisor: '', hypervisorKnown: false }, undefined],
  ] as const)('stands on %s with %o', (root, more, layer) => {
    const place = join([nodeFacts('n', more)]).positions.get('n');
    expect(place?.root).toBe(root);
    expect(place?.layer).toBe(layer);
  });

  test('under a KVM that never reports counts as on an opaque one after a while', () => {
    const nodes = [
      nodeFacts('n', { guests: [guestFacts('g', { uuid: 'u' })] }),
      nodeFacts('m', { smbiosUuid: 'u' }),
    ];
    expect(layersOf(join(nodes))).toEqual({ m: undefined, n: undefined });
    expect(layersOf(joinTopology(nodes, PARENT_GRACE_US))).toEqual({ m: 2, n: 1 });
  });
});

test('clones are noticed by UUID, address and machine-id, but not by the default address', () => {
  const { clones } = join([
    nodeFacts('n1', { smbiosUuid: 'u', machineId: 'm', macs: [DEFAULT_MAC] }),
    nodeFacts('n2', { smbiosUuid: 'u', machineId: 'm', macs: [DEFAULT_MAC, '52:54:00:aa:00:01'] }),
    nodeFacts('n3', { macs: [DEFAULT_MAC, '52:54:00:aa:00:01'] }),
  ]);
  expect(clones).toEqual([
    { nodes: ['n1', 'n2'], by: 'SMBIOS UUID', value: 'u' },
    { nodes: ['n2', 'n3'], by: 'MAC address', value: '52:54:00:aa:00:01' },
    { nodes: ['n1', 'n2'], by: 'machine-id', value: 'm' },
  ]);
});

/** A forest: for each node after the first, the index of its parent or -1 for a root on hardware. */
const forest = fc
  .integer({ min: 1, max: 25 })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, at) => fc.integer({ min: -1, max: at - 1 }))),
  );

test('any forest is found again from the addresses of its guests, in any order', () => {
  fc.assert(
    fc.property(forest, fc.infiniteStream(fc.nat()), (parents, order) => {
      const mac = (at: number) => `52:54:00:bb:00:${at.toString(16).padStart(2, '0')}`;
      const nodes = parents.map((parent, at) =>
        nodeFacts(`n${at}`, {
          hypervisor: parent < 0 ? '' : 'kvm',
          macs: [mac(at)],
          guests: parents.flatMap((of, child) =>
            of === at ? [guestFacts(`g${child}`, { macs: card(mac(child)) })] : [],
          ),
        }),
      );
      const shuffled = nodes
        .map((node) => ({ node, key: order.next().value }))
        .sort((one, two) => one.key - two.key)
        .map(({ node }) => node);
      const { positions } = join(shuffled);
      const depth = (at: number): number => ((parents[at] ?? -1) < 0 ? 0 : depth(parents[at] ?? 0) + 1);
      for (const [at, parent] of parents.entries()) {
        expect(positions.get(`n${at}`)).toMatchObject({ layer: depth(at) });
        expect(positions.get(`n${at}`)?.parent).toBe(parent < 0 ? undefined : `n${parent}`);
      }
    }),
  );
});

test('whatever nodes say, the result has no circle and every node a position', () => {
  const mark = fc.constantFrom('', 'm1', 'm2', 'm3', 'm4');
  const guest = fc.record({
    guest: mark,
    uuid: mark,
    macs: fc.array(fc.record({ mac: mark, isDefault: fc.boolean() })),
  });
  const node = fc.record({
    smbiosUuid: mark,
    macs: fc.array(mark),
    hostName: mark,
    guests: fc.array(guest, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(node, { maxLength: 8 }), (given) => {
      const nodes = given.map((each, at) => nodeFacts(`n${at}`, each));
      const { positions } = join(nodes);
      expect(positions.size).toBe(nodes.length);
      for (const start of positions.keys()) {
        let at: string | undefined = start;
        for (let steps = 0; at !== undefined; steps += 1) {
          expect(steps).toBeLessThanOrEqual(nodes.length);
          at = positions.get(at)?.parent;
        }
      }
    }),
  );
});
