import { describe, expect, test } from 'vitest';
import { guestFacts } from './facts.ts';
import { createLabHistory } from './lab-history.ts';

// What an honest lab does goes on without an operator, and each change is an event with its reason.

const uuid = (node: string) => guestFacts(`vm-${node}`, { uuid: `u-${node}` });
const HARDWARE = { hypervisor: '', noHypervisor: true };

async function twoHosts() {
  const lab = createLabHistory();
  lab.says('h1', { ...HARDWARE, smbiosUuid: 'u-h1', guests: [uuid('b')] });
  lab.says('h2', { ...HARDWARE, smbiosUuid: 'u-h2' });
  lab.says('b', { smbiosUuid: 'u-b' });
  await lab.look(100);
  expect(lab.parentOf('b')).toBe('h1');
  return lab;
}

type Lab = Awaited<ReturnType<typeof twoHosts>>;

/** All go on to report. */
async function goesOn(lab: Lab, seconds: number, nodes: readonly string[]): Promise<void> {
  for (let at = 0; at < seconds; at += 20) {
    lab.hears(...nodes);
    await lab.look(20);
  }
}

const moved = (lab: Lab) => lab.written.filter((line) => line.includes('place in the lab'));

describe('a guest that is migrated while it runs', () => {
  test('goes to the one that lists it once the other does not', async () => {
    const lab = await twoHosts();
    lab.says('h1', { guests: [] });
    await lab.look(2);
    lab.says('h2', { guests: [uuid('b')] });
    lab.hears('b');
    await lab.look(2);
    expect(lab.parentOf('b')).toBe('h2');
    expect(moved(lab).at(-1)).toMatch(/→ layer 1 on h2: guest vm-b of h2, by uuid/);
  });

  test('is a conflict while both list it, and goes over as it lives on', async () => {
    const lab = await twoHosts();
    lab.says('h2', { guests: [uuid('b')] });
    await goesOn(lab, 100, ['h1', 'h2', 'b']);
    expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h1', { b: 'h1 h2' }]);
    lab.says('h1', { guests: [] });
    await lab.look(1);
    expect(lab.parentOf('b')).toBe('h1');
    await goesOn(lab, 100, ['h1', 'h2', 'b']);
    expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h2', {}]);
    expect(moved(lab)).toHaveLength(1);
    // And back again.
    lab.says('h1', { guests: [uuid('b')] });
    await lab.look(5);
    lab.says('h2', { guests: [] });
    await goesOn(lab, 100, ['h1', 'h2', 'b']);
    expect(lab.parentOf('b')).toBe('h1');
  });
});

test('a guest that is made anew elsewhere with the same UUID goes there', async () => {
  const lab = await twoHosts();
  lab.says('h1', { guests: [] });
  await goesOn(lab, 1800, ['h1', 'h2']);
  lab.says('h2', { guests: [uuid('b')] });
  await lab.look(5);
  expect(lab.parentOf('b')).not.toBe('h2');
  lab.says('b', { boot: '11111111-b' });
  await lab.look(5);
  expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h2', {}]);
});

test('a guest of a host that died goes where it is started again', async () => {
  const lab = await twoHosts();
  await goesOn(lab, 60, ['h1', 'h2', 'b']);
  lab.says('h2', { guests: [uuid('b')] });
  await lab.look(30);
  lab.says('b', { boot: '11111111-b' });
  await goesOn(lab, 1200, ['h2', 'b']);
  expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h2', {}]);
});

test('a host that restarts, and one whose agent is installed anew, keep their guests', async () => {
  const lab = await twoHosts();
  lab.says('h1', { boot: '22222222-a', guests: [] });
  await lab.look(5);
  lab.says('h1', { guests: [uuid('b')] });
  await lab.look(20);
  lab.says('b', { boot: '11111111-b' });
  await lab.look(5);
  expect(lab.parentOf('b')).toBe('h1');
  lab.says('h1', { boot: '22222222-c' });
  lab.says('b', { boot: '11111111-d', name: 'renamed' });
  await lab.look(5);
  expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h1', {}]);
});

test('a host that gets another id, and its guests, find together again', async () => {
  const lab = await twoHosts();
  lab.says('new-h1', { ...HARDWARE, smbiosUuid: 'u-h1', guests: [uuid('b')] });
  await goesOn(lab, 1200, ['new-h1', 'h2', 'b']);
  expect([lab.parentOf('b'), lab.layerOf('b'), lab.conflicts()]).toEqual(['new-h1', 1, {}]);
  lab.says('new-b', { smbiosUuid: 'u-b' });
  await goesOn(lab, 1200, ['new-h1', 'h2', 'new-b']);
  expect([lab.parentOf('new-b'), lab.layerOf('b')]).toEqual(['new-h1', undefined]);
  // And back to the old one.
  lab.says('b', { presentSinceUs: lab.nowUs() });
  await goesOn(lab, 1200, ['new-h1', 'h2', 'b']);
  expect([lab.parentOf('b'), lab.layerOf('new-b')]).toEqual(['new-h1', undefined]);
});

test('what the collector’s configuration says wins over claims and decisions', async () => {
  const lab = createLabHistory({ 'lab/b': { parent: 'h2' }, 'lab/h1': { layer: 3 } });
  lab.says('h1', { ...HARDWARE, guests: [uuid('b'), uuid('c')] });
  lab.says('h2', { ...HARDWARE, guests: [uuid('b')] });
  lab.says('b', { smbiosUuid: 'u-b' });
  lab.says('c', { smbiosUuid: 'u-c' });
  await lab.look();
  expect([lab.parentOf('b'), lab.layerOf('b'), lab.layerOf('c')]).toEqual(['h2', 1, 4]);
  expect(lab.conflicts()).toEqual({});
});
