import { jetstreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS, type PayloadServerShape } from '@nestwatch/proto';
import { parseOlder, readOlder, readOlderToken, tellOlder } from './round-bucket.ts';
import type { OpenRound } from './rounds-book.ts';

export interface OlderAgentsOptions {
  readonly connection: NatsConnection;
  readonly bucket: KV;
  readonly clock: Clock;
  readonly log: Log;
  find(lab: string, round: string): OpenRound | undefined;
}

/** A node that says something else each time is passed on no faster. */
const TELL_AGAIN_MS = 1000;

/**
 * Agents of 0.1.0 in the rounds that are open: they write about themselves into the bucket, and watch it. Where there are
 * some, and only there, the others are written into it, too. Nothing here rejects: without it, older agents miss the
 * newer ones, and the other way round.
 */
export function createOlderAgents({ connection, bucket, clock, log, find }: OlderAgentsOptions) {
  const nowMs = () => clock.monoUs() / 1000;
  /** The last text sent to them, by key. */
  const told = new Map<string, { text: string; atMs: number }>();

  function note(lab: string, round: string, server: PayloadServerShape | undefined): void {
    const open = find(lab, round);
    // What this collector wrote itself comes back, too; a node that asks has a token.
    if (open === undefined || server?.node == null || open.members.get(server.node)?.token) return;
    const isNew = open.members.get(server.node) === undefined;
    if (!open.members.set(server.node, server) || !isNew) return;
    // It has missed what was written before it came.
    for (const node of open.members.nodes()) told.delete(keyOf(lab, round, node));
  }

  const tried = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      log.debug('cannot reach agents of version 0.1.0 for net.http', { error: messageOf(error) });
    }
  };

  return {
    /** Finds those that were there before. */
    discover: (lab: string, round: string) =>
      tried(async () => {
        for (const each of await readOlder(bucket, lab, round)) note(lab, round, each);
      }),
    /** The token on which they have agreed; empty where there are none, and until they have. */
    async tokenOf(lab: string, round: string): Promise<string> {
      const open = find(lab, round);
      if (open === undefined || !open.members.hasOlder()) return '';
      if (open.olderToken !== '') return open.olderToken;
      await tried(async () => {
        open.olderToken = await readOlderToken(bucket, lab, round);
      });
      return open.olderToken;
    },
    /** A message to a key of the bucket. */
    hear({ subject, data, headers }: Msg): void {
      const [lab = '', round = '', last = ''] = subject.split('.').slice(-3);
      // An answer of the server that somebody directed at another node's key says whose it is not.
      if (headers?.has('Nats-Stream') || headers?.has('KV-Operation')) return;
      if (find(lab, round) !== undefined) note(lab, round, parseOlder(last, data));
    },
    async tell(lab: string, round: string, server: PayloadServerShape): Promise<void> {
      const key = keyOf(lab, round, server.node ?? '');
      const text = JSON.stringify(server);
      const before = told.get(key);
      const isTold =
        before?.text === text || nowMs() - (before?.atMs ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS;
      if (isTold || !find(lab, round)?.members.hasOlder()) return;
      told.set(key, { text, atMs: nowMs() });
      await tried(() => tellOlder(bucket, lab, round, server));
    },
    /** Takes a node out of the bucket again, if it was written there. */
    async forget(lab: string, round: string, node: string): Promise<void> {
      const key = keyOf(lab, round, node);
      if (!told.delete(key)) return;
      await tried(async () => {
        const manager = await jetstreamManager(connection);
        await manager.streams.purge(`KV_${BUCKETS.rounds}`, { filter: `$KV.${BUCKETS.rounds}.${key}` });
      });
    },
  };
}

const keyOf = (lab: string, round: string, node: string) => `${lab}.${round}.${node}`;
