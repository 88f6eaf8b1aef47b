import { type CapabilityShape, type GuestShape, type HeaderShape, v1 } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClaimsLab, createClaimsLab } from './claims-lab.ts';

// h is on hardware and runs a and b; c runs on a KVM that has no agent. a is hostile, and so is a2. Whatever they claim, h
// and b are told what they were told before; and c, whom nobody else claims, shows that the same claim is understood.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const HARDWARE = { facts: [{ fact: 'cpu.under_hypervisor', value: 'no', state: v1.Fact.State.KNOWN }] };
const identities = {
  h: { smbiosUuid: 'uuid-h', macs: ['52:54:00:00:00:01'], hostName: 'host-h', machineId: 'machine-h' },
  a: { smbiosUuid: 'uuid-a', macs: ['52:54:00:00:00:0a'], hostName: 'host-a', machineId: 'machine-a' },
  b: { smbiosUuid: 'uuid-b', macs: ['52:54:00:00:00:0b'], hostName: 'host-b', machineId: 'machine-b' },
  c: { smbiosUuid: 'uuid-c', macs: ['52:54:00:00:00:0c'], hostName: 'host-c', machineId: 'machine-c' },
};
type Victim = keyof typeof identities;

const nic = (mac: string) => [{ model: 'virtio', mac, defaultMac: false }];
const ways: Readonly<Record<string, (node: Victim) => GuestShape>> = {
  UUID: (node) => ({ pid: 9, guest: 'mine', uuid: identities[node].smbiosUuid }),
  address: (node) => ({ pid: 9, guest: 'mine', nics: nic(identities[node].macs[0] ?? '') }),
  'both, with a better machine': (node) => ({
    ...{ pid: 9, guest: node, uuid: identities[node].smbiosUuid, nics: nic(identities[node].macs[0] ?? '') },
    ...{ vcpus: 64, memoryBytes: 64e9, accelerator: 'kvm', vmm: 'qemu' },
  }),
  'host name': (node) => ({ pid: 9, guest: identities[node].hostName }),
  'node id': (node) => ({ pid: 9, guest: node }),
};
const byUuid = (node: Victim) => (ways['UUID'] as (node: Victim) => GuestShape)(node);

const guest = { hypervisor: 'kvm', cpus: 2, memoryBytes: 2e9 };
const honest: Readonly<Record<string, CapabilityShape>> = {
  h: { ...HARDWARE, cpus: 8, memoryBytes: 64e9, identity: identities.h, guests: [byUuid('a'), byUuid('b')] },
  a: { ...guest, identity: identities.a },
  b: { ...guest, identity: identities.b },
  c: { ...guest, identity: identities.c },
  a2: { ...guest, identity: { smbiosUuid: 'uuid-a2' } },
};

let lab: ClaimsLab;
let boots = 0;

const says = (node: string, more: CapabilityShape = {}, header: Partial<HeaderShape> = {}) =>
  lab.node(`lab/${node}`).says({ ...honest[node], ...more }, header);
const told = (node: string) => lab.node(`lab/${node}`).told();
const toldVictims = async () => [await told('h'), await told('b')];
/** For what starts a process. */
const SELDOM = { timeout: 60_000, interval: 500 };
const SAFE = ['layer 0', 'layer 1 on h'];

beforeAll(async () => {
  lab = await createClaimsLab(['lab/h', 'lab/a', 'lab/b', 'lab/c', 'lab/a2', 'other/v']);
  for (const node of ['h', 'a', 'b', 'h']) await says(node);
  await lab.node('other/v').says({ ...guest, identity: { smbiosUuid: 'uuid-v' } });
  await vi.waitFor(async () => expect(await toldVictims()).toEqual(SAFE), PATIENT);
  await vi.waitFor(async () => expect(await told('a')).toBe('layer 1 on h'), PATIENT);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Everybody is as in the beginning, and c has been started again, so that its place is open. */
beforeEach(async () => {
  boots += 1;
  for (const node of ['a', 'a2']) await says(node);
  lab.node('lab/c').restarts(`${String(boots).padStart(8, '0')}-c`);
  await says('c');
  await vi.waitFor(async () => expect(await told('c')).toBe('no layer'), PATIENT);
});

/** Sends a claim of a's, and waits until it is understood: c is its guest then. */
async function attack(body: CapabilityShape, header?: Partial<HeaderShape>): Promise<void> {
  await says('a', body, header);
  await expect.poll(() => told('c'), PATIENT).toMatch(/ on a$/);
}

describe.each(Object.entries(ways))('a claim by %s', (_, claimOf) => {
  test('moves nobody who is accepted elsewhere', async () => {
    await attack({ guests: [claimOf('b'), claimOf('h'), claimOf('c')] });
    expect(await toldVictims()).toEqual(SAFE);
  });
});

const hypervisor = { ...HARDWARE, hypervisor: '', cpus: 64, memoryBytes: 1e12 };
test.each<[string, CapabilityShape, Partial<HeaderShape>?]>([
  ['from the year 2099', {}, { labUs: Date.UTC(2099, 0) * 1000, wallUs: Date.UTC(2099, 0) * 1000 }],
  ['after that, as of now', {}],
  ['that pretends to be on hardware', hypervisor],
  ['that gives up who it is', { identity: { hostName: 'nobody' }, hypervisor: 'x', configuredLayer: 60 }],
  ['that says to be its victim’s host', { ...hypervisor, identity: identities.h }],
  ['that says to be its victim', { identity: identities.b }],
  ['that configures its place', { configuredLayer: 0, configuredParent: 'b' }],
])('a claim %s moves nobody', async (_, body, header) => {
  const guests = [byUuid('b'), byUuid('h'), byUuid('c')];
  await attack({ ...body, guests }, header);
  expect(await toldVictims()).toEqual(SAFE);
});

test('a claim of a node that was started again moves nobody', async () => {
  lab.node('lab/a').restarts('77777777-x');
  await attack({ guests: [byUuid('b'), byUuid('h'), byUuid('c')] });
  expect(await toldVictims()).toEqual(SAFE);
});

test('a claim by machine-id or by what else is no identity of a guest is none', async () => {
  const names = ['b', 'h'].flatMap((node) => Object.values(identities[node as Victim]).flat());
  await attack({
    guests: [...names.map((name) => ({ pid: 9, guest: `of ${name}`, uuid: name })), byUuid('c')],
  });
  expect(await toldVictims()).toEqual(SAFE);
});

test('a claim on a node of another lab does not reach it', async () => {
  await attack({ guests: [{ pid: 9, guest: 'mine', uuid: 'uuid-v' }, byUuid('c')] });
  expect(await lab.node('other/v').told()).toBe('no layer');
});

test('of two that claim a node neither is believed, and the accepted one stays', async () => {
  await says('a2', { guests: [byUuid('b')] });
  await attack({ guests: [byUuid('b'), byUuid('c')] });
  await says('a2', { guests: [byUuid('b'), byUuid('c')] });
  await vi.waitFor(async () => {
    const { stdout } = await lab.nestwatch('read-only', 'accept', 'lab', '--list', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ node: 'b', accepted: 'h', claimants: ['a', 'a2', 'h'] }),
    );
  }, SELDOM);
  expect(await toldVictims()).toEqual(SAFE);
});

test('neither a restart of the victim nor an old word of its host moves it', async () => {
  await attack({ guests: [byUuid('b'), byUuid('c')] });
  lab.node('lab/b').restarts('22222222-b');
  await says('b');
  // What h said an hour ago, in an earlier run: that nobody runs on it.
  const hourAgoUs = Date.now() * 1000 - 3600e6;
  await says('h', { guests: [] }, { boot: '00000000-h', labUs: hourAgoUs, wallUs: hourAgoUs });
  await says('h', { guests: [] }, { seq: 1 });
  lab.node('lab/c').restarts('99999999-c');
  await says('c');
  await attack({ guests: [byUuid('b'), byUuid('c')], cpus: 3 });
  for (let look = 0; look < 10; look += 1) {
    expect(await toldVictims()).toEqual(SAFE);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test('who is disputed is an event and an alert that names all, and an operator decides', async () => {
  await attack({ guests: [byUuid('b'), byUuid('c')] });
  await expect
    .poll(
      async () => JSON.parse((await lab.nestwatch('read-only', 'alerts', 'lab', '--json')).stdout),
      PATIENT,
    )
    .toContainEqual(
      expect.objectContaining({
        rule: 'identity-conflict',
        node: 'b',
        summary: expect.stringMatching(/^The parent of b is disputed: claimed by a, h\./),
      }),
    );
  const events = await lab.store.query(
    `SELECT text FROM nestwatch_event WHERE kind = ${v1.Event.Kind.IDENTITY_CONFLICT}`,
  );
  expect(JSON.stringify(events)).toMatch(/the parent of .*b.* is disputed/);
  const listed = await lab.nestwatch('operator', 'accept', '--list');
  expect([listed.code, listed.stdout]).toEqual([
    1,
    expect.stringMatching(/lab +b +b +h +a h +a also claims it/),
  ]);

  const refused = await lab.nestwatch('read-only', 'accept', 'lab', 'b', '--parent', 'a');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('enroll --operator')]);
  const wrong = await lab.nestwatch('operator', 'accept', 'lab', 'b', '--parent', 'c');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/c does not claim b; these do: a, .*h/),
  ]);
  const made = await lab.nestwatch('operator', 'accept', 'lab', 'b', '--parent', 'h', '--json');
  expect(JSON.parse(made.stdout)).toMatchObject({ node: 'b', parent: 'h', by: 'alice' });
  await expect
    .poll(async () => (await lab.nestwatch('operator', 'accept', 'lab', '--list')).stdout, SELDOM)
    .toBe('');
  expect(await toldVictims()).toEqual(SAFE);
  // What was decided the other way would move it: the claim is one that is understood.
  await lab.nestwatch('operator', 'accept', 'lab', 'b', '--parent', 'a');
  await expect.poll(() => told('b'), PATIENT).toBe('layer 2 on a');
});
