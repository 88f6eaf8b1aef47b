import { networkInterfaces } from 'node:os';
import type { Host } from '../../host/host.ts';

/**
 * "address:port" for each address at which another machine may reach a server here: the one it listens on or, where
 * it listens on all, each of this machine's; link-local ones are left out.
 */
export function ownAddresses(listening: string, port: number, interfaces = networkInterfaces()): string[] {
  if (!ALL_ADDRESSES.includes(listening)) return [withPort(listening, port)];
  return Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .filter(
      ({ internal, address }) => !internal && !address.startsWith('fe80:') && !address.startsWith('169.254.'),
    )
    .map(({ address }) => withPort(address, port));
}

const ALL_ADDRESSES = ['0.0.0.0', '::'];

/** An address on which a server here answers this machine itself. */
export function loopbackAddress(listening: string, port: number): string {
  return withPort(ALL_ADDRESSES.includes(listening) ? '127.0.0.1' : listening, port);
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** This machine's default gateways. Behind QEMU's user network the gateway is the loopback of the layer above. */
export async function defaultGateways(host: Host): Promise<string[]> {
  const found = await host.read('/proc/net/route');
  return found.state === 'known' ? parseDefaultGateways(found.value) : [];
}

/** Gateways of the routes to 0.0.0.0/0 in /proc/net/route, whose addresses are in host byte order, in hex. */
export function parseDefaultGateways(route: string): string[] {
  const rows = route.split('\n').map((line) => line.trim().split(/\s+/));
  const gateways = rows.flatMap(([, destination, gateway = '']) => {
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/.test(gateway)) return [];
    const bytes = (gateway.match(/../g) ?? []).reverse().map((hex) => Number.parseInt(hex, 16));
    return [bytes.join('.')];
  });
  return [...new Set(gateways)].filter((each) => each !== '0.0.0.0');
}
