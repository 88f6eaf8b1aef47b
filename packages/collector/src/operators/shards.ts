import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { UsageError } from '@nestwatch/common/errors';
import { readFigures, type ShardFigures } from '../shards/figures.ts';
import { moveSubjects, type Waiting, waitingIn } from '../shards/move-lab.ts';
import type { ShardLabs } from '../shards/shard-labs.ts';
import type { Body, Verbs } from './serve.ts';
import { labIn } from './texts.ts';

/** What people may ask of shards. Without shards there is nothing to answer. */
export function shardVerbs(connection: NatsConnection, labs: ShardLabs | undefined): Verbs {
  if (labs === undefined) return { read: {}, operate: {} };
  const manager = (): Promise<JetStreamManager> => jetstreamManager(connection, { checkAPI: false });
  return {
    read: {
      /** All shards of this NATS. */
      async shards(): Promise<readonly ShardFigures[]> {
        const asked = await manager();
        return Promise.all(labs.peers().map((shard) => readFigures(asked, shard, Date.now())));
      },
      /** Where messages of `lab` wait in streams that it left. */
      moving: async (body): Promise<readonly Waiting[]> =>
        waitingIn(await manager(), labIn(body), labs.peers()),
    },
    operate: {
      /** Has shard `shard` take in `lab` from now on. */
      async 'move-lab'(body): Promise<null> {
        const lab = labIn(body);
        const to = shardIn(body, labs);
        await moveSubjects(await manager(), lab, to, labs.peers());
        return null;
      },
    },
  };
}

function shardIn({ shard }: Body, labs: ShardLabs) {
  const found = labs.peers().find(({ name }) => name === shard);
  if (found !== undefined) return found;
  const known = labs.peers().map(({ name }) => name);
  throw new UsageError(
    `the collectors know no shard ${String(shard)}, they have ${known.join(', ')}: is their shards.file older?`,
  );
}
