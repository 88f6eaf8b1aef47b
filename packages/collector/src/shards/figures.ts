import type { JetStreamManager } from '@nats-io/jetstream';
import { CONSUMER, deadStreamOf } from '@nestwatch/proto';
import type { Shard } from './shard-file.ts';
import { labsIn, streamInfo } from './streams.ts';

/** What NATS knows of a shard. */
export interface ShardFigures {
  readonly shard: string;
  readonly stream: string;
  /** Whether the stream is there: no collector of the shard has started where it is not. */
  readonly isThere: boolean;
  readonly labs: readonly string[];
  /** Messages that no collector has written yet. */
  readonly pending: number;
  /** How long the oldest of them waits, s; 0 where none does. */
  readonly lagSeconds: number;
  /** Of the stream and of its limit, in bytes; the limit is -1 where there is none. */
  readonly bytes: number;
  readonly mostBytes: number;
  readonly deadLetters: number;
}

/** @param nowMs since 1970. @throws when NATS does not answer */
export async function readFigures(
  manager: JetStreamManager,
  { name, settings }: Shard,
  nowMs: number,
): Promise<ShardFigures> {
  const stream = settings['stream.name'] ?? '';
  const [info, dead] = [await streamInfo(manager, stream), await streamInfo(manager, deadStreamOf(stream))];
  const consumer = info && (await manager.consumers.info(stream, CONSUMER).catch(() => undefined));
  const pending =
    consumer === undefined ? (info?.state.messages ?? 0) : consumer.num_pending + consumer.num_ack_pending;
  const floor = consumer?.ack_floor.stream_seq ?? 0;
  const first = Math.max(floor + 1, info?.state.first_seq ?? 0);
  const oldest =
    pending === 0 ? undefined : await manager.streams.getMessage(stream, { seq: first }).catch(() => null);
  const labs = info === undefined ? [] : labsIn(info);
  return {
    shard: name,
    stream,
    isThere: info !== undefined,
    labs: labs === undefined ? ['*'] : [...labs].sort(),
    pending,
    lagSeconds: oldest ? Math.max(0, Math.round((nowMs - oldest.time.getTime()) / 1000)) : 0,
    bytes: info?.state.bytes ?? 0,
    mostBytes: info?.config.max_bytes ?? -1,
    deadLetters: dead?.state.messages ?? 0,
  };
}
