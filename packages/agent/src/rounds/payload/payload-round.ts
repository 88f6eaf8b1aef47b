import { randomBytes } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import { openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { Target } from '../../benchmarks/benchmark.ts';
import type { Host } from '../../host/host.ts';
import { discoverPeers, type Peer } from './discovery.ts';
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
  position(): LayerPosition;
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

/** How long the announcements of a round are kept, where this node makes the bucket for them. */
export const ROUNDS_TTL_MS = 2 * 86_400_000;
/** Not a node's id, which begins with a letter or a digit. */
const TOKEN = '_token';

/**
 * Starts to serve the payload and announces it to the lab.
 * @throws when NATS does not answer or the address cannot be listened on
 */
export async function joinPayloadRound(options: PayloadRoundOptions): Promise<PayloadRound> {
  const { connection, lab, node, name, host, log, signal } = options;
  const { bucket } = await openLeaseBucket(connection, BUCKETS.rounds, ROUNDS_TTL_MS);
  const prefix = `${lab}.${options.round}`;
  const token = await agreeOnToken(bucket, `${prefix}.${TOKEN}`);
  const { address } = options.serve;
  const server = await startPayloadServer({ ...options.serve, node, token });
  const me: Peer = {
    node,
    name,
    ...options.position(),
    addresses: [...options.announced, ...ownAddresses(address, server.port)],
    done: false,
  };
  const discovery = await discoverPeers({ connection, bucket, prefix, me, log, signal });
  void discovery.over.then(() => server.close()).then(options.onClosed);

  return {
    async targets() {
      const gateways = await defaultGateways(host);
      const others = discovery.others();
      const addresses = [loopbackAddress(address, server.port)];
      const self = { node, name: name || node, addresses, token, distanceLayers: 0 };
      const distance = (each: Peer) => distanceLayers(me, each, [me, ...others]);
      return [self, ...others.map((each) => targetOf(each, gateways, token, distance(each)))];
    },
    done: () => discovery.done(),
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
function targetOf(
  { node, name, addresses }: Peer,
  gateways: readonly string[],
  token: string,
  distance: number | undefined,
): Target {
  const port = addresses.at(-1)?.split(':').at(-1);
  const above = port === undefined ? [] : gateways.map((gateway) => `${gateway}:${port}`);
  return {
    node,
    name: name || node,
    addresses: [...new Set([...addresses, ...above])],
    token,
    ...defined({ distanceLayers: distance }),
  };
}

/** The first node of the round to come makes the token; all others find it. */
async function agreeOnToken(bucket: KV, key: string): Promise<string> {
  const mine = newToken();
  try {
    await bucket.create(key, mine);
    return mine;
  } catch (error) {
    const found = await bucket.get(key);
    if (found === null) throw error;
    return found.string();
  }
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}
