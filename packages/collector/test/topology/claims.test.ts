import { describe, expect, test } from 'vitest';
import { card, DEFAULT_MAC, defaultCard, guestFacts } from './facts.ts';
import { createLabHistory } from './lab-history.ts';

const uuid = (node: string) => guestFacts(`vm-${node}`, { uuid: `u-${node}` });
const HARDWARE = { hypervisor: '', noHypervisor: true };

/** h runs a and b; all is known by UUID. */
async function honestLab() {
  const lab = createLabHistory();
  lab.says('h', { ...HARDWARE, smbiosUuid: 'u-h', macs: ['m-h'], guests: [uuid('a'), uuid('b')] });
  for (const node of ['a', 'b']) lab.says(node, { smbiosUuid: `u-${node}`, macs: [`m-${node}`] });
  await lab.look();
  expect(lab.parentOf('a')).toBe('h');
  return lab;
}

describe('a claim on a guest that is another node’s', () => {
  test.each([
    ['by UUID', guestFacts('x', { uuid: 'u-b' })],
    ['by address', guestFacts('x', { macs: card('m-b') })],
    ['by both', guestFacts('x', { uuid: 'u-b', macs: card('m-b') })],
  ])('%s changes nothing, and is a conflict that names both', async (_, guest) => {
    const lab = await honestLab();
    lab.says('a', { guests: [guest] });
    for (let minute = 0; minute < 200; minute += 1) await lab.look(60);
    expect([lab.parentOf('b'), lab.layerOf('b'), lab.layerOf('h')]).toEqual(['h', 1, 0]);
    expect(lab.conflicts()).toEqual({ b: 'a h' });
    expect(lab.written.filter((line) => line.includes('disputed'))).toHaveLength(1);
    lab.says('a', { guests: [] });
    await lab.look();
    expect(lab.conflicts()).toEqual({});
  });

  test('by name is not looked at beside proof', async () => {
    const lab = await honestLab();
    lab.says('a', { guests: [guestFacts('b')] });
    await lab.look(100);
    expect(lab.parentOf('b')).toBe('h');
    expect(lab.conflicts()).toEqual({});
  });

  test('stays without effect when the guest starts anew, or is off, or its parent reports nobody for a moment', async () => {
    const lab = await honestLab();
    lab.says('a', { guests: [uuid('b')] });
    await lab.look(10);
    // b is shut down, and everybody knows.
    lab.says('h', { guests: [uuid('a')] });
    for (let minute = 0; minute < 600; minute += 1) {
      lab.hears('h', 'a');
      await lab.look(60);
    }
    expect(lab.parentOf('b')).toBe('h');
    // It is started where it was.
    lab.says('h', { guests: [uuid('a'), uuid('b')] });
    await lab.look(10);
    lab.says('b', { boot: '11111111-b' });
    await lab.look(1);
    expect([lab.parentOf('b'), lab.layerOf('b')]).toEqual(['h', 1]);
  });
});

test('of two that claim one node, none is believed when none was before, until an operator decides', async () => {
  const lab = createLabHistory();
  lab.says('h', { ...HARDWARE, guests: [uuid('a'), uuid('b')] });
  lab.says('a', { smbiosUuid: 'u-a', guests: [uuid('b')] });
  lab.says('b', { smbiosUuid: 'u-b' });
  await lab.look();
  expect([lab.parentOf('b'), lab.layerOf('b')]).toEqual([undefined, undefined]);
  expect(lab.conflicts()).toEqual({ b: 'a h' });
  for (let at = 0; at < 20; at += 1) {
    lab.hears('h', 'a', 'b');
    await lab.look(60);
  }
  expect(lab.layerOf('b')).toBeUndefined();
  expect(() => lab.accept('b', 'b')).toThrow('does not claim b; these do: a, h');
  lab.accept('b', 'h');
  await lab.look();
  expect([lab.parentOf('b'), lab.layerOf('b')]).toEqual(['h', 1]);
  expect(lab.conflicts()).toEqual({});
  // The operator may think better of it.
  lab.accept('b', 'a');
  await lab.look();
  expect([lab.parentOf('b'), lab.layerOf('b')]).toEqual(['a', 2]);
});

describe('a node accepts no parent', () => {
  test('when its CPU shows no hypervisor, but for one that is configured or that an operator accepts', async () => {
    const lab = await honestLab();
    lab.says('a', { guests: [guestFacts('x', { macs: card('m-h') })] });
    await lab.look(100);
    expect([lab.parentOf('h'), lab.layerOf('h'), lab.layerOf('b')]).toEqual([undefined, 0, 1]);
    expect(lab.conflictOf('h')?.reason).toBe('a claims it, and its CPU shows no hypervisor');
    lab.accept('h', 'none');
    await lab.look();
    expect(lab.conflicts()).toEqual({});

    const hidden = createLabHistory();
    hidden.says('top', { ...HARDWARE, guests: [uuid('n'), uuid('m')] });
    hidden.says('n', { ...HARDWARE, smbiosUuid: 'u-n', configuredParent: 'top' });
    hidden.says('m', { ...HARDWARE, smbiosUuid: 'u-m' });
    await hidden.look();
    expect([hidden.parentOf('n'), hidden.parentOf('m')]).toEqual(['top', undefined]);
    hidden.accept('m', 'top');
    await hidden.look();
    expect([hidden.parentOf('m'), hidden.layerOf('m')]).toEqual(['top', 1]);
  });

  test.each([
    ['it runs on vmware', { hypervisor: 'vmware' }, {}],
    ['it is a machine of Amazon EC2', { cloud: 'Amazon EC2' }, {}],
    ['its CPU is an emulated one', { hypervisor: 'tcg' }, { accelerator: 'kvm' }],
    ['its chipset is i440fx', { product: 'Standard PC (i440FX + PIIX, 1996)' }, { machine: 'pc-q35-7.2' }],
    ['it has 4 CPUs instead of 2', { cpus: 4 }, { vcpus: 2 }],
    ['it has more memory', {}, { memoryBytes: 1000 }],
  ])('when %s', async (why, node, guest) => {
    const lab = createLabHistory();
    lab.says('h', { ...HARDWARE, guests: [guestFacts('x', { uuid: 'u-n', ...guest })] });
    lab.says('n', { smbiosUuid: 'u-n', ...node });
    await lab.look();
    expect(lab.parentOf('n')).toBeUndefined();
    expect(lab.conflictOf('n')?.reason).toBe(`h claims it, and ${why}`);
  });

  test('that runs on it, also when that one gave up who it is', async () => {
    const lab = createLabHistory();
    lab.says('h', { smbiosUuid: 'u-h', guests: [uuid('a'), uuid('b')] });
    lab.says('a', { smbiosUuid: 'u-a' });
    lab.says('b', { smbiosUuid: 'u-b' });
    await lab.look(700);
    expect([lab.layerOf('h'), lab.layerOf('b')]).toEqual([1, 2]);
    lab.says('a', { smbiosUuid: '', hypervisor: 'x', boot: '99999999-z', guests: [uuid('h')] });
    lab.hears('h', 'b');
    await lab.look(100);
    expect([lab.parentOf('h'), lab.layerOf('h'), lab.layerOf('b')]).toEqual([undefined, 1, 2]);
    expect(lab.conflictOf('h')?.reason).toBe('a claims it, and a runs on it');
  });

  test('in a circle of claims of which none was believed before', async () => {
    const lab = createLabHistory();
    for (const [node, guest] of [
      ['z', 'h'],
      ['h', 'z'],
    ] as const) {
      lab.says(node, { smbiosUuid: `u-${node}`, guests: [uuid(guest)] });
    }
    await lab.look(700);
    expect([lab.parentOf('h'), lab.parentOf('z')]).toEqual([undefined, undefined]);
    expect(lab.conflicts()).toEqual({ h: 'z', z: 'h' });
  });

  test('when it stood for itself while the other was there, and was not started again', async () => {
    const lab = createLabHistory();
    lab.says('a');
    lab.says('root', { smbiosUuid: 'u-root' });
    await lab.look(700);
    await lab.look(700);
    expect(lab.layerOf('root')).toBe(1);
    lab.hears('root');
    lab.says('a', { guests: [uuid('root')] });
    await lab.look();
    expect([lab.parentOf('root'), lab.layerOf('root')]).toEqual([undefined, 1]);
    expect(lab.conflicts()).toEqual({ root: 'a' });
    // A hypervisor whose agent comes late is another matter.
    lab.says('a', { guests: [] });
    lab.says('late', { ...HARDWARE, guests: [uuid('root')] });
    await lab.look();
    expect([lab.parentOf('root'), lab.layerOf('root')]).toEqual(['late', 1]);
  });
});

test('a clone that says to be another node’s machine does not take its place', async () => {
  const lab = await honestLab();
  lab.says('a', { smbiosUuid: 'u-b', macs: ['m-b'] });
  lab.says('c', { smbiosUuid: 'u-b', macs: ['m-b'] });
  await lab.look(100);
  lab.says('b', { boot: '11111111-b' });
  await lab.look();
  expect([lab.parentOf('b'), lab.layerOf('b'), lab.parentOf('c')]).toEqual(['h', 1, undefined]);
  // Nor while b is silent: both were there all along.
  for (let minute = 0; minute < 30; minute += 1) {
    lab.hears('h', 'a', 'c');
    await lab.look(60);
  }
  lab.hears('b');
  await lab.look();
  expect(lab.parentOf('b')).toBe('h');
});

describe('a guess by addresses that are the same everywhere', () => {
  test('is made anew when a node comes that fits', async () => {
    const lab = createLabHistory();
    const slot = (vcpus: number) => guestFacts('unnamed', { macs: defaultCard, vcpus });
    lab.says('a', { hypervisor: 'tcg', macs: [DEFAULT_MAC], cpus: 2, guests: [slot(2)] });
    lab.says('c', { macs: [DEFAULT_MAC] });
    await lab.look();
    expect(lab.parentOf('c')).toBe('a');
    lab.says('b', { macs: [DEFAULT_MAC], cpus: 2, guests: [slot(1)] });
    await lab.look();
    expect([lab.parentOf('b'), lab.parentOf('c')]).toEqual(['a', 'b']);
    // From then on it stays: all that fit were there.
    lab.says('c', { guests: [slot(2)], cpus: 1 });
    await lab.look(1000);
    expect([lab.parentOf('b'), lab.parentOf('c')]).toEqual(['a', 'b']);
  });
});

test('a node’s own layer and parent move nobody else', async () => {
  const lab = createLabHistory();
  lab.says('h', { ...HARDWARE, guests: [uuid('a'), uuid('b')] });
  lab.says('a', { smbiosUuid: 'u-a', configuredLayer: 9, configuredParent: 'b', guests: [uuid('c')] });
  lab.says('b', { smbiosUuid: 'u-b' });
  lab.says('c', { smbiosUuid: 'u-c' });
  await lab.look();
  expect(['h', 'a', 'b', 'c'].map(lab.layerOf)).toEqual([0, 9, 1, 3]);
  lab.says('b', { configuredParent: 'a' });
  await lab.look();
  expect([lab.parentOf('a'), lab.layerOf('h')]).toEqual(['b', 0]);
});

test('a node that claims the whole lab is one event', async () => {
  const lab = createLabHistory();
  const all = Array.from({ length: 200 }, (_, at) => `n${at}`);
  lab.says('h', { ...HARDWARE, guests: ['evil', ...all].map(uuid) });
  for (const node of ['evil', ...all]) lab.says(node, { smbiosUuid: `u-${node}` });
  await lab.look();
  for (let round = 0; round < 5; round += 1) {
    lab.says('evil', { guests: round % 2 === 0 ? all.map(uuid) : [] });
    await lab.look(30);
  }
  // Of them this many are kept: to claim and not to claim must not write thousands of keys each time.
  expect(Object.keys(lab.conflicts())).toHaveLength(32);
  expect(all.every((node) => lab.parentOf(node) === 'h')).toBe(true);
  const events = lab.written.filter((line) => line.includes('disputed'));
  expect(events).toHaveLength(1);
  expect(events[0]).toMatch(/the parent of n0, .* and many more is disputed/);
});
