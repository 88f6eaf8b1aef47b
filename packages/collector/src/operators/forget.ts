import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { UsageError } from '@nestwatch/common/errors';
import { forgotten } from '@nestwatch/proto';
import { parseAlert } from '../alerting/alerts/alert-store.ts';
import { readAll } from '../alerting/alerts/follow.ts';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { acrossReload } from '../invite/across-reload.ts';
import type { Invitations } from '../invite/invitations.ts';
import { type KnownNode, readNodes } from '../read/nodes.ts';
import type { TopologyService } from '../topology/topology.ts';
import type { Verb } from './serve.ts';
import { idIn, labIn, lineIn } from './texts.ts';

const LONGEST_NAME = 64;

interface Parts {
  readonly store: Pick<Store, 'query' | 'write'>;
  readonly topology: Pick<TopologyService, 'forget'>;
  readonly invitations: Pick<Invitations, 'nodeOf' | 'forgetNode'>;
  /** The bucket of alerts. */
  readonly alerts: () => Promise<KV>;
  readonly clock: Pick<Clock, 'wallUs'>;
}

/** What became of a node that is gone. */
export interface Forgotten {
  /** Reports up to here count no more, µs since 1970. */
  readonly atUs: number;
  /** It had a place in the topology. */
  readonly placed: boolean;
  /** Its id was taken by an invitation, and is free. */
  readonly released: boolean;
  /** Summaries of its alerts, which are over at the next look. */
  readonly alerts: readonly string[];
}

/**
 * Forgets a node that is gone: `lab`, `node` (id), `by`. All collectors know it by a mark in InfluxDB, where its history
 * stays. What it reports later brings it back.
 */
export function forgetNode({ store, topology, invitations, alerts, clock }: Parts): Verb {
  return async (body, { name }): Promise<Forgotten> => {
    const [lab, id] = [labIn(body), idIn(body['node'], 'node')];
    const { known, invited, mine } = await acrossReload(async () => ({
      known: (await readNodes(store, [], { lab })).find(({ node }) => node === id),
      invited: (await invitations.nodeOf(lab, id)) !== undefined,
      mine: (await readAll(await alerts(), `alert.${lab}`, parseAlert)).filter(
        ({ value }) => value.node === id && value.state !== 'resolved',
      ),
    }));
    // A clock that is ahead has its newest report stand later than now.
    const atUs = Math.max(clock.wallUs(), known?.lastSeenUs ?? 0);
    if (known !== undefined) await mark(store, known, name ?? lineIn(body['by'], LONGEST_NAME), atUs);
    const placed = topology.forget(lab, id);
    if (invited) await acrossReload(() => invitations.forgetNode(lab, id));
    if (known === undefined && !placed && !invited)
      throw new UsageError(`lab ${lab} has no node ${id}: nothing to forget`);
    return { atUs, placed, released: invited, alerts: mine.map(({ value }) => value.summary) };
  };
}

async function mark(store: Parts['store'], node: KnownNode, by: string, atUs: number): Promise<void> {
  const line = encodeComputed(forgotten, commonTagsOf(node), {}, { by: by || 'unknown' }, atUs);
  if (line !== undefined) await store.write([line]);
}
