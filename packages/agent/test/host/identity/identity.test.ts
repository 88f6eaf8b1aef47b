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

  // seen in: what inventories (GLPI, Rockstor) refuse, boards' own pages, and texts that dmidecode gives for a missing one
  test.each([
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '03000200-0400-0500-0006-000700080009',
    '00020003-0004-0005-0006-000700080009',
    '01010101-0101-0101-0101-010101010101',
    '10101010-1010-1010-1010-101010101010',
    'FEFEFEFE-FEFE-FEFE-FEFE-FEFEFEFEFEFE',
    '12345678-1234-5678-90AB-CDDEEFAABBCC',
    '78563412-3412-7856-90ab-cddeefaabbcc',
    '01234567-8910-1112-1314-151617181920',
    '12345678-1234-1234-1234-123456789abc',
    '00010203-0405-0607-0809-0A0B0C0D0E0F',
    '03020100-0504-0706-0809-0A0B0C0D0E0F',
    '01234567-89ab-cdef-0123-456789abcdef',
    '11111111-2222-3333-4444-555555555555',
    'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'deadbeef-dead-beef-dead-beefdeadbeef',
    '6AB5B300-538D-1014-9FB5-B0684D007B53',
    'Not Settable',
    'Not Present',
    'Not Specified',
    'To be filled by O.E.M.',
    'Default string',
    'System Serial Number',
    '0123456789',
    '2',
    '',
  ])('the UUID %j tells nobody apart', (uuid) => {
    expect(normaliseUuid(uuid)).toBeUndefined();
  });

  test.each([
    '5E0A9C44-5C0B-4E4F-9A63-0C6C6E0E5A11',
    // Dell's, Supermicro's and what hypervisors make of an address or of a guest's number are real ones.
    '4c4c4544-0042-3510-8056-b4c04f4e3132',
    '00000000-0000-0000-0000-ac1f6b0a0b0c',
    '564d0102-0304-0506-0708-090a0b0c0d0e',
    '00000000-0000-4000-8000-000000000020',
    '00000000-0000-0000-0000-000000000102',
  ])('the UUID %s is one', (uuid) => {
    expect(normaliseUuid(uuid)).toBe(uuid.toLowerCase());
  });

  test('a serial number is no identity, and a filler UUID leaves machine-id and address', async () => {
    const identity = await readIdentity(
      hostOf({
        'sys/class/dmi/id/product_uuid': '03000200-0400-0500-0006-000700080009\n',
        'sys/class/dmi/id/product_serial': 'To be filled by O.E.M.\n',
        'sys/class/dmi/id/board_serial': 'Default string\n',
        'etc/machine-id': `${MACHINE_ID}\n`,
      }),
    );
    expect(identity.smbiosUuid).toBeUndefined();
    expect(JSON.stringify(identity)).not.toMatch(/filled|Default/);
    expect(identity.machineId).toBeDefined();
  });
});
