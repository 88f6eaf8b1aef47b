import { networkInterfaces } from 'node:os';
import { parseNetAddress } from '@nestwatch/common/net-address';
import { LOOPBACK, parseNetworks, specialKind } from './networks.ts';

export interface AddressRules {
  /** Where the operator of this node lets it ask; empty for wherever other nodes can be. */
  readonly networks: readonly string[];
  /** Address on which this node serves itself. */
  readonly serving: string;
  /** Addresses of this machine. */
  readonly own: readonly string[];
}

/**
 * Why this node does not ask at an address that another node announced; undefined when it does. What listens on this
 * machine is not for others to reach by way of the agent. Where the agent itself serves on loopback, though, all nodes of
 * the lab are on this machine.
 */
export function refuseAddress(text: string, { networks, serving, own }: AddressRules): string | undefined {
  const parsed = parseNetAddress(text);
  if (parsed === undefined) return 'is not an address with a port';
  const { address, family } = parsed;
  if (networks.length > 0) {
    return parseNetworks(networks).check(address, family) ? undefined : 'is outside benchmarks.http-networks';
  }
  const special = specialKind(parsed);
  if (special !== undefined) return `is ${special}`;
  if (isLoopback(serving)) return undefined;
  if (LOOPBACK.check(address, family)) return 'is loopback';
  return own.includes(address) ? 'belongs to this machine' : undefined;
}

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

export function machineAddresses(interfaces = networkInterfaces()): string[] {
  return Object.values(interfaces).flatMap((each) => (each ?? []).map(({ address }) => address));
}
