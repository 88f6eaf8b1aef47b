import { describe, expect, test } from 'vitest';
import { normaliseUuid, readIdentity } from '../../../src/host/identity/identity.ts';
import { type FileTree, hostOf } from '../../support/file-tree.ts';

const card = (name: string, mac: string): FileTree => ({
  [`sys/class/net/${name}/address`]: `${mac}\n`,
  [`sys/class/net/${name}/device`]: { link: '../../../devices/virtio0' },
});
const MACHINE_ID = '3d1219c7c4c5404aaa1f6d2a48adfda4';

describe('identity', () => {
  test('is read from DMI, machine-id and the cards that have a device', async () => {
    const identity = await readIdentity(
      hostOf({
        'sys/class/dmi/id/product_uuid': '5E0A9C44-5C0B-4E4F-9A63-0C6C6E0E5A11\n',
        'etc/machine-id': `${MACHINE_ID}\n`,
        'proc/sys/kernel/hostname': 'guest1\n',
        ...card('enp1s0', '52:54:00:AA:BB:CC'),
        'sys/class/net/virbr0/address': '52:54:00:11:22:33\n',
        'sys/class/net/lo/address': '00:00:00:00:00:00\n',
      }),
    );
    expect(identity).toMatchObject({
      smbiosUuid: '5e0a9c44-5c0b-4e4f-9a63-0c6c6e0e5a11',
      macs: ['52:54:00:aa:bb:cc'],
      hostName: 'guest1',
    });
    expect(identity.machineId).toMatch(/^[0-9a-f]{32}$/);
    expect(identity.machineId).not.toBe(MACHINE_ID);
  });

  test('of an empty machine is empty, not an error', async () => {
    expect(await readIdentity(hostOf({}))).toEqual({ macs: [], hostName: '' });
  });

  test.each([
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '03000200-0400-0500-0006-000700080009',
    'Not Settable',
    '',
  ])('the UUID %j tells nobody apart', (uuid) => {
    expect(normaliseUuid(uuid)).toBeUndefined();
  });
});
