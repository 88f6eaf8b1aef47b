import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const AUTHORITY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const UNSPECIFIED = ['0.0.0.0', '::'];
const MOST_ADDRESSES = 8;

/** The name and port with which a guest reached us, as it may stand in a script; undefined for what is no name. */
export function authorityIn(header: string | undefined): string | undefined {
  return header !== undefined && AUTHORITY.test(header) ? header : undefined;
}

/**
 * Names and ports under which guests reach a listener: those that are configured; else where it listens, and where that is on all
 * addresses, each of this machine's.
 */
export function authorities(
  host: string,
  port: number,
  configured: readonly string[] = [],
  interfaces = networkInterfaces(),
): string[] {
  if (configured.length > 0) return configured.map((name) => authority(name, port));
  if (!UNSPECIFIED.includes(host)) return [authority(host, port)];
  const all = Object.values(interfaces).flatMap((each) => each ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return usable.slice(0, MOST_ADDRESSES).map(({ address }) => authority(address, port));
}

function authority(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Addresses of NATS for a guest: those that are configured, else the name with which the guest reached us, with the port
 * and the scheme of the collector's own address.
 */
export function natsFor(reached: string, configured: readonly string[], own: string): string[] {
  if (configured.length > 0) return [...configured];
  const url = new URL((own.split(',')[0] ?? '').replace(/^(?![a-z]+:\/\/)/, 'nats://'));
  const host = reached.replace(/:\d+$/, '');
  return [`${url.protocol}//${host}:${url.port === '' ? '4222' : url.port}`];
}
