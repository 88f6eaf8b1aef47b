import { describe, expect, test } from 'vitest';
import { readIdentity } from '../../../src/host/identity/identity.ts';
import { nodeIdFrom } from '../../../src/host/identity/node-id.ts';
import { type FileTree, hostOf } from '../../support/file-tree.ts';

const card = (name: string, mac: string): FileTree => ({
  [`sys/class/net/${name}/address`]: `${mac}\n`,
  [`sys/class/net/${name}/device`]: { link: '../../../devices/virtio0' },
});
const MACHINE_ID = '3d1219c7c4c5404aaa1f6d2a48adfda4';

describe('node id', () => {
  test('is the configured one first, then the UUID, then machine-id and address', async () => {
    const files = { 'etc/machine-id': MACHINE_ID, ...card('eth0', '02:fc:00:00:00:01') };
    const identity = await readIdentity(hostOf(files));
    const uuid = '5e0a9c44-5c0b-4e4f-9a63-0c6c6e0e5a11';
    expect(nodeIdFrom('guest2', { ...identity, smbiosUuid: uuid })).toBe('guest2');
    expect(nodeIdFrom('', { ...identity, smbiosUuid: uuid })).toBe(uuid);
    expect(nodeIdFrom(undefined, identity)).toBe(`${identity.machineId}-02fc00000001`);
  });

  test('of two clones with one machine-id differs by their addresses', async () => {
    const one = await readIdentity(
      hostOf({ 'etc/machine-id': MACHINE_ID, ...card('eth0', '52:54:00:00:00:01') }),
    );
    const two = await readIdentity(
      hostOf({ 'etc/machine-id': MACHINE_ID, ...card('eth0', '52:54:00:00:00:02') }),
    );
    expect(nodeIdFrom(undefined, one)).not.toBe(nodeIdFrom(undefined, two));
  });

  test('refuses what can not be a subject token, and a machine without anything of its own', () => {
    expect(() => nodeIdFrom('guest.1', { macs: [], hostName: 'x' })).toThrow(/"guest\.1" is not allowed/);
    expect(() => nodeIdFrom(undefined, { macs: [], hostName: 'x' })).toThrow(/set "node"/);
  });
});
