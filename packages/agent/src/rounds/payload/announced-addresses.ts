import { lookup } from 'node:dns/promises';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { formatNetAddress, parseNetAddress } from '@nestwatch/common/net-address';

const NAMED = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}):([1-9][0-9]{0,4})$/;

/**
 * Addresses as numbers, for "address:port" of the configuration: the names of hosts are looked up here, because other nodes
 * take numbers only. What cannot be found out is said and left out.
 */
export async function resolveAnnounced(
  announced: readonly string[],
  log: Log,
  resolve: (host: string) => Promise<{ address: string; family: number }[]> = (host) =>
    lookup(host, { all: true }),
): Promise<string[]> {
  const each = announced.map(async (text) => {
    if (parseNetAddress(text) !== undefined) return [text];
    const [, host = '', port] = NAMED.exec(text) ?? [];
    try {
      if (port === undefined) throw new Error('it is not an address with a port');
      return (await resolve(host)).map(({ address, family }) =>
        formatNetAddress({ address, family: family === 6 ? 'ipv6' : 'ipv4', port: Number(port) }),
      );
    } catch (error) {
      log.warn('skipped an address of benchmarks.http-announce', {
        address: text,
        error: messageOf(error),
      });
      return [];
    }
  });
  return (await Promise.all(each)).flat();
}
