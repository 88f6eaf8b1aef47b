import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { refuseAddress } from '../../../src/rounds/payload/address-rules.ts';
import { resolveAnnounced } from '../../../src/rounds/payload/announced-addresses.ts';
import { parseNetworks } from '../../../src/rounds/payload/networks.ts';

const rules = { networks: [], serving: '0.0.0.0', own: ['10.60.1.15', '127.0.0.1', 'fd00::15'] };

test.each([
  ['10.60.1.2:80', undefined],
  ['192.168.122.7:8080', undefined],
  ['[2001:db8::7]:80', undefined],
  ['[fd00::7]:80', undefined],
  ['127.0.0.1:8086', 'is loopback'],
  ['127.9.9.9:8086', 'is loopback'],
  ['[::1]:8086', 'is loopback'],
  ['10.60.1.15:8086', 'belongs to this machine'],
  ['[fd00::15]:8086', 'belongs to this machine'],
  ['0.0.0.0:80', 'is unspecified'],
  ['[::]:80', 'is translated'],
  ['169.254.169.254:80', 'is link-local'],
  ['[fe80::1]:80', 'is link-local'],
  ['[fd00:ec2::254]:80', 'is for metadata'],
  ['224.0.0.1:80', 'is multicast'],
  ['255.255.255.255:80', 'is reserved'],
  ['[::ffff:127.0.0.1]:80', 'is loopback'],
  ['[::ffff:10.60.1.2]:80', 'is translated'],
  ['[64:ff9b::7f00:1]:80', 'is translated'],
  ['[2002:7f00:1::]:80', 'is translated'],
  ['example.org:80', 'is not an address with a port'],
  ['10.60.1.2:80/x', 'is not an address with a port'],
])('of %s it says: %s', (address, said) => {
  expect(refuseAddress(address, rules)).toBe(said);
});

test('where this node itself serves on loopback, the others are on this machine, too', () => {
  const local = { ...rules, serving: '127.0.0.1' };
  expect(refuseAddress('127.0.0.1:80', local)).toBeUndefined();
  expect(refuseAddress('169.254.169.254:80', local)).toBe('is link-local');
});

test('the operator says in which networks other nodes are', () => {
  const said = { ...rules, networks: ['10.60.0.0/16', '127.0.0.1'] };
  expect(refuseAddress('10.60.9.9:80', said)).toBeUndefined();
  expect(refuseAddress('127.0.0.1:80', said)).toBeUndefined();
  expect(refuseAddress('127.0.0.2:80', said)).toBe('is outside benchmarks.http-networks');
  for (const odd of ['10.60.0.0/33', '10.60.0.0/', 'x', '10.60.0.0/8/8', '']) {
    expect(() => parseNetworks([odd]), odd).toThrow(/is not a network: give one such as/);
  }
});

test('names that this node is configured with are looked up here', async () => {
  const resolve = async (host: string) => {
    if (host !== 'gw.example.org') throw new Error('not found');
    return [
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ];
  };
  const given = ['192.0.2.7:80', 'gw.example.org:8080', 'nowhere:80', 'a path/x', 'user@gw.example.org:80'];
  expect(await resolveAnnounced(given, silentLog, resolve)).toEqual([
    '192.0.2.7:80',
    '192.0.2.1:8080',
    '[2001:db8::1]:8080',
  ]);
});
