import { expect, test } from 'vitest';
import { ownAddresses, parseDefaultGateways } from '../../../src/rounds/payload/own-addresses.ts';

test('announces the address it listens on, or all that others may reach', () => {
  const interfaces = {
    lo: [{ address: '127.0.0.1', internal: true, family: 'IPv4' }],
    eth0: [
      { address: '10.60.1.15', internal: false, family: 'IPv4' },
      { address: 'fe80::1', internal: false, family: 'IPv6' },
      { address: '2001:db8::1', internal: false, family: 'IPv6' },
    ],
  } as unknown as Parameters<typeof ownAddresses>[2];
  expect(ownAddresses('0.0.0.0', 80, interfaces)).toEqual(['10.60.1.15:80', '[2001:db8::1]:80']);
  expect(ownAddresses('192.168.1.5', 80, interfaces)).toEqual(['192.168.1.5:80']);
});

test('default gateways are in hex and in host byte order', () => {
  const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	02013C0A	0003	0	0	0	00000000	0	0	0
eth0	00013C0A	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;
  expect(parseDefaultGateways(route)).toEqual(['10.60.1.2']);
  expect(parseDefaultGateways('')).toEqual([]);
});
