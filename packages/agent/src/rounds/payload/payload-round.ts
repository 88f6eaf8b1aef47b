import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import type { Target } from '../../benchmarks/benchmark.ts';
import type { Host } from '../../host/host.ts';
import { type AddressRules, machineAddresses, refuseAddress } from './address-rules.ts';
import { announce, type Peer } from './announce.ts';
import { resolveAnnounced } from './announced-addresses.ts';
import { distanceLayers, type LayerPosition } from './distance.ts';
import { defaultGateways, loopbackAddress, ownAddresses } from './own-addresses.ts';
import { type PayloadServerOptions, startPayloadServer } from './payload-server.ts';

export interface PayloadRoundOptions {
  readonly connection: NatsConnection;
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly host: Host;
  readonly log: Log;
  /** Key of the round: the same on all nodes, letters, digits, "_" and "-" only. */
  readonly round: string;
  readonly serve: Pick<PayloadServerOptions, 'address' | 'port' | 'bytesPerSecond' | 'limitMs'>;
  /** Further "address:port" at which others reach this node, as through a forwarded port. */
  readonly announced: readonly string[];
  /** Networks in which others may be asked; empty for where other nodes can be. */
  readonly networks: readonly string[];
  position(): LayerPosition;
  /** Seconds of the collector's clock in one of ours. */
  rate(): number;
  /** Aborted when the round ends, or the agent. */
  readonly signal: AbortSignal;
  /** Called when the server is closed. */
  onClosed(): void;
}

/** This node's part in a round of net.http: it serves, and learns who else does. */
export interface PayloadRound {
  /** The nodes that serve now, this one first. */
  targets(): Promise<Target[]>;
  /** Says that this node has had its turn; the server goes on until all have, or the round ends. */
  done(): Promise<void>;
}

/** As many as a collector takes. */
const MOST_ADDRESSES = 16;

/**
 * Starts to serve the payload and has it announced to the lab.
 * @throws when the address cannot be listened on
 */
export async function joinPayloadRound(options: PayloadRoundOptions): Promise<PayloadRound> {
  const { node, name, host, log, networks } = options;
  const token = newToken();
  let olderToken = () => '';
  const server = await startPayloadServer({ ...options.serve, node, token, olderToken: () => olderToken() });
  const { address, port } = server;
  const announced = await resolveAnnounced(options.announced, log);
  const me: Peer = {
    ...{ node, name, token, done: false },
    ...options.position(),
    addresses: [...announced, ...ownAddresses(address, port)].slice(0, MOST_ADDRESSES),
  };
  const announcing = await announce({ ...options, me });
  olderToken = announcing.olderToken;
  void announcing.over.then(() => server.close()).then(options.onClosed);

  return {
    async targets() {
      await announcing.refresh();
      const place = { ...me, ...options.position() };
      const others = announcing.others();
      const rules = { networks, serving: address, own: machineAddresses() };
      const gateways = await defaultGateways(host);
      const addresses = [loopbackAddress(address, port)];
      const self = { node, name: name || node, addresses, token, distanceLayers: 0 };
      const targetOf = (peer: Peer): Target => {
        const above = peer.node === place.parent ? gateways : [];
        return {
          node: peer.node,
          name: peer.name || peer.node,
          ...addressesOf(peer, above, rules),
          ...(peer.token === '' ? { token: olderToken(), isOlder: true } : { token: peer.token }),
          ...defined({ distanceLayers: distanceLayers(place, peer, [place, ...others]) }),
        };
      };
      return [self, ...others.map(targetOf)];
    },
    done: () => announcing.done(),
  };
}

/** A round of one: this node serves to itself only, on loopback. */
export async function ownPayloadRound(node: string, limitMs: number): Promise<PayloadRound> {
  const token = newToken();
  const address = '127.0.0.1';
  const server = await startPayloadServer({ node, token, limitMs, address, port: 0, bytesPerSecond: 0 });
  return {
    targets: async () => [
      { node, name: node, token, addresses: [`${address}:${server.port}`], distanceLayers: 0 },
    ],
    done: () => server.close(),
  };
}

/** Behind QEMU's user network the gateway is the loopback of the layer above, so the same port is tried there. */
function addressesOf({ addresses }: Peer, above: readonly string[], rules: AddressRules) {
  const port = addresses.at(-1)?.split(':').at(-1);
  const all = [...addresses, ...(port === undefined ? [] : above.map((gateway) => `${gateway}:${port}`))];
  const judged = [...new Set(all)].map((each) => ({ each, why: refuseAddress(each, rules) }));
  return {
    addresses: judged.filter(({ why }) => why === undefined).map(({ each }) => each),
    refused: judged.filter(({ why }) => why !== undefined).map(({ each, why }) => `${each} ${why}`),
  };
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}
