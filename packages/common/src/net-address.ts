import { isIPv4, isIPv6 } from 'node:net';

/** Where a server listens, as numbers: no name that somebody else resolves. */
export interface NetAddress {
  /** "192.0.2.7" or "2001:db8::7", without brackets and zone. */
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** 1 to 65535. */
  readonly port: number;
}

const PARTS = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):([1-9][0-9]{0,4})$/;
const MOST_PORT = 65_535;

/**
 * "192.0.2.7:80" and "[2001:db8::7]:80"; undefined for everything else, such as host names, addresses as one number or with
 * leading zeros, zones, and what follows the port in a URL.
 */
export function parseNetAddress(text: string): NetAddress | undefined {
  const [, six, four, digits] = PARTS.exec(text) ?? [];
  const port = Number(digits);
  if (!(port <= MOST_PORT)) return undefined;
  if (four !== undefined && isIPv4(four)) return { address: four, family: 'ipv4', port };
  if (six !== undefined && isIPv6(six)) return { address: six, family: 'ipv6', port };
  return undefined;
}

export function formatNetAddress({ address, family, port }: NetAddress): string {
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
