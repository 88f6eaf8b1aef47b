import { randomUUID } from 'node:crypto';
import { type PayloadReplyShape, type PayloadServerShape, v1 } from '@nestwatch/proto';

interface Member {
  readonly server: PayloadServerShape;
  /** Number of the change with which it became so. */
  readonly at: number;
}

/** Of an answer: less than what NATS takes in one message. */
const MOST_ANSWER_BYTES = 256 * 1024;
/** How long a node waits until it asks again: longer the more nodes there are. */
const [LEAST_AGAIN_MS, AGAIN_MS_A_NODE, MOST_AGAIN_MS] = [1000, 20, 15_000];

/** Who serves in one round of net.http, and what was said of them last. */
export function createRound(mostMembers: number) {
  /** Makes the counts of one collector known from those of another. */
  const epoch = randomUUID();
  /** In the order of their last changes. */
  const members = new Map<string, Member>();
  let changes = 0;
  return {
    get size() {
      return members.size;
    },
    get: (node: string) => members.get(node)?.server,
    /** @returns false when there is no place */
    set(node: string, server: PayloadServerShape): boolean {
      const known = members.get(node);
      if (known === undefined && members.size >= mostMembers) return false;
      if (known !== undefined && isSame(known.server, server)) return true;
      members.delete(node);
      members.set(node, { server, at: ++changes });
      return true;
    },
    nodes: () => [...members.keys()],
    delete: (node: string) => members.delete(node),
    /** The members of agents of 0.1.0, which have no token of their own. */
    hasOlder: () => [...members.values()].some(({ server }) => server.token === ''),
    /** What has changed since, but for the asker itself. */
    changesFor(asker: string, since: { epoch: string; at: number }): PayloadReplyShape {
      const from = since.epoch === epoch ? since.at : 0;
      const againMs = Math.min(Math.max(members.size * AGAIN_MS_A_NODE, LEAST_AGAIN_MS), MOST_AGAIN_MS);
      const servers: PayloadServerShape[] = [];
      let bytes = 0;
      for (const { server, at } of members.values()) {
        if (at <= from || server.node === asker) continue;
        bytes += sizeOf(server);
        if (bytes > MOST_ANSWER_BYTES) {
          const last = members.get(servers.at(-1)?.node ?? '');
          return { servers, epoch, at: last?.at ?? from, more: true, againMs: 0 };
        }
        servers.push(server);
      }
      return { servers, epoch, at: changes, more: false, againMs };
    },
  };
}

export type Round = ReturnType<typeof createRound>;

function isSame(a: PayloadServerShape, b: PayloadServerShape): boolean {
  return Buffer.compare(v1.PayloadServer.encode(a).finish(), v1.PayloadServer.encode(b).finish()) === 0;
}

/** An upper bound, as encoded. */
function sizeOf({ name, addresses, token, parent }: PayloadServerShape): number {
  const texts = [name, token, parent, ...(addresses ?? [])];
  return texts.reduce((sum, text) => sum + 4 * (text?.length ?? 0) + 2, 160);
}
