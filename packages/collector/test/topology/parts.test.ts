import { expect, test } from 'vitest';
import type { Report } from '../../src/ingest/decode.ts';
import { bootSeconds } from '../../src/topology/boot-seconds.ts';
import { joinTopology, type NodePlace } from '../../src/topology/join.ts';
import { parseSighting, type Sighting } from '../../src/topology/node-record.ts';
import { createSightings } from '../../src/topology/node-recorder.ts';
import { topologySettings } from '../../src/topology/settings.ts';
import { placeChange, settle } from '../../src/topology/settle.ts';
import { SILENT_US } from '../../src/topology/superseded.ts';
import { card, guestView, view } from './views.ts';

const place = (more: Partial<NodePlace>): NodePlace => ({ node: 'n', reason: 'because', ...more });

test('a known place stays while the join can not tell, until the machine starts anew', () => {
  const known = place({ layer: 2, parent: 'p' });
  const pending = place({ root: 'pending' });
  expect(settle(known, pending, true)).toBe(known);
  expect(settle(known, pending, false)).toBe(pending);
  expect(settle(known, place({ layer: 1, parent: 'q' }), true)).toMatchObject({ parent: 'q' });
  expect(settle(place({ root: 'pending' }), pending, true)).toBe(pending);
});

test('a change of place is told from what to what; the first place and no change are not', () => {
  const known = place({ layer: 2, parent: 'p' });
  expect(placeChange(undefined, known)).toBeUndefined();
  expect(placeChange(known, { ...known, reason: 'other words' })).toBeUndefined();
  expect(placeChange(place({}), known)).toBe('layer unknown → layer 2 on p: because');
});

test('a node that came back under another id takes the place of the silent one', () => {
  const host = view('host', {
    hypervisor: '',
    guests: [guestView('g', { macs: card('52:54:00:aa:00:01') })],
  });
  const node = (name: string, lastSeenUs: number) => view(name, { macs: ['52:54:00:aa:00:01'], lastSeenUs });
  const parentOf = (lastSeenUs: number) => {
    const nodes = [
      { ...host, lastSeenUs: SILENT_US * 2 },
      node('old', lastSeenUs),
      node('new', SILENT_US * 2),
    ];
    const { places, duplicates } = joinTopology({ nodes, nowUs: SILENT_US * 2 });
    return { new: places.get('new')?.parent, old: places.get('old')?.reason, clones: duplicates.length };
  };
  expect(parentOf(1)).toEqual({
    new: 'host',
    old: 'new reports as the same machine, and this one does not any more',
    clones: 0,
  });
  // While both report, neither is believed, and they are told as clones.
  expect(parentOf(SILENT_US * 2)).toMatchObject({ new: undefined, clones: 1 });
});

const sighting = (more: Partial<Sighting>): Sighting => ({
  ...view('n'),
  ...{ lab: 'lab', firstSeenUs: 0, lastSeenUs: 0, machineBoot: '11111111' },
  ...{ firstReportUs: 200e6, firstReportWallUs: 130e6 },
  ...more,
});

test('boot time is by the own clocks, else by lab time, and only of the first kernel of a process', () => {
  expect(bootSeconds(sighting({}), place({ startedWallUs: 100e6, startedUs: 150e6 }))).toBe(30);
  expect(bootSeconds(sighting({}), place({ startedWallUs: 140e6, startedUs: 150e6 }))).toBe(50);
  expect(bootSeconds(sighting({}), place({}))).toBeUndefined();
  expect(
    bootSeconds(sighting({ bootedUs: 2000e6 }), place({ startedUs: 150e6, startedWallUs: 100e6 })),
  ).toBeUndefined();
});

function observed(kind: Report['kind'], atUs: number, body: object = {}, boot = '11111111-a'): Report {
  const header = { lab: 'lab', node: 'n', name: 'n', boot, seq: 1, wallUs: atUs, monoUs: 0, parent: '' };
  return { lab: 'lab', node: 'n', kind, header, body } as unknown as Report;
}

test('sightings keep the first report of a start, take no older report, and note silence seldom', () => {
  let stored: Sighting | undefined;
  let writes = 0;
  const sightings = createSightings({
    stored: () => stored,
    store: (next) => {
      stored = next;
      writes += 1;
    },
  });
  sightings.observe(observed('event', 1e6, { kind: 1 }));
  sightings.observe(observed('capability', 3e6, { hypervisor: 'kvm' }));
  expect(stored).toMatchObject({ firstReportUs: 1e6, firstSeenUs: 3e6, hypervisor: 'kvm' });
  sightings.observe(observed('capability', 2e6, { hypervisor: 'xen' }));
  expect(stored?.hypervisor).toBe('kvm');
  for (let at = 4; at < 100; at += 1) sightings.observe(observed('sample', at * 1e6));
  expect(writes).toBe(1);
  sightings.observe(observed('sample', 400e6));
  expect(stored).toMatchObject({ lastSeenUs: 400e6, reportedUs: 3e6 });
  // The agent starts again within the same start of the machine, and then the machine itself does.
  sightings.observe(observed('capability', 500e6, {}, '11111111-b'));
  expect(stored).toMatchObject({ firstReportUs: 1e6, firstSeenUs: 3e6 });
  sightings.observe(observed('capability', 600e6, {}, '22222222-c'));
  expect(stored).toMatchObject({ firstReportUs: 600e6, machineBoot: '22222222' });
  expect(parseSighting(JSON.stringify(stored))).toEqual(stored);
  expect(parseSighting('{}')).toBeUndefined();
  expect(parseSighting('nonsense')).toBeUndefined();
});

test('overrides are checked, and the error says what is allowed', () => {
  const { parse } = topologySettings['topology.overrides'];
  expect(parse({ 'lab/n': { parent: 'p' }, 'lab/m': { layer: 0 } })).toEqual({
    'lab/n': { parent: 'p' },
    'lab/m': { layer: 0 },
  });
  for (const wrong of [
    'x',
    [],
    { n: {} },
    { 'lab/n': { layer: -1 } },
    { 'lab/n': { parent: 'a.b' } },
    { 'lab/n': { depth: 1 } },
  ]) {
    expect(() => parse(wrong)).toThrow(/"<lab>\/<node>"/);
  }
});
