import { BlockList, isIP } from 'node:net';
import { UsageError } from '@nestwatch/common/errors';
import type { NetAddress } from '@nestwatch/common/net-address';

/** @param list such as "10.60.0.0/16" and "2001:db8::/32"; a lone address is a network of its own. @throws UsageError */
export function parseNetworks(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const text of list) {
    const [address = '', bits, ...rest] = text.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const length = bits === undefined ? most : Number(bits);
    const isLength = bits !== '' && Number.isInteger(length) && length >= 0 && length <= most;
    if (isIP(address) === 0 || !isLength || rest.length > 0) {
      throw new UsageError(`${JSON.stringify(text)} is not a network: give one such as 10.60.0.0/16`);
    }
    networks.addSubnet(address, length, family);
  }
  return networks;
}

export const LOOPBACK = parseNetworks(['127.0.0.0/8', '::1']);

const SPECIAL: readonly (readonly [string, BlockList])[] = [
  ['unspecified', parseNetworks(['0.0.0.0/8', '::'])],
  ['link-local', parseNetworks(['169.254.0.0/16', 'fe80::/10'])],
  // Where clouds tell a machine its secrets, beside the link-local one.
  ['for metadata', parseNetworks(['fd00:ec2::254', '100.100.100.200'])],
  ['multicast', parseNetworks(['224.0.0.0/4', 'ff00::/8'])],
  ['reserved', parseNetworks(['240.0.0.0/4'])],
];

/** Those that hold an IPv4 address. The first of them stand for all of IPv4 in a list, so they are asked for IPv6 only. */
const TRANSLATED = parseNetworks(['::ffff:0.0.0.0/96', '::/96', '64:ff9b::/96', '2002::/16']);

/** What an address is of which no other node can be; undefined for others, and for loopback. */
export function specialKind({ address, family }: NetAddress): string | undefined {
  if (LOOPBACK.check(address, family)) return undefined;
  if (family === 'ipv6' && TRANSLATED.check(address, family)) return 'translated';
  return SPECIAL.find(([, list]) => list.check(address, family))?.[0];
}
