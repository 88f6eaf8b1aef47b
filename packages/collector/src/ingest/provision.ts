import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS, CONSUMER, deadStreamOf, deadSubjects, siteStream, streamSubjects } from '@nestwatch/proto';
import { deadSubjectsOf, isOverlap, streamInfo, subjectsOf } from '../shards/streams.ts';
import { BUCKET_SETTINGS } from './buckets.ts';
import { BODY_LIMITS } from './check-body.ts';
import type { IngestConfig } from './settings.ts';
import { siteSources } from './site-sources.ts';

const NANOS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
const NOT_AT_SITE = "a collector logs in at the centre's NATS (nats.url), wherever it stands";

/**
 * Makes the streams, the durable consumer and the buckets with which nodes take turns, which nodes themselves may not
 * make, or brings those that exist to what is configured. Safe to repeat and to run in several collectors at once.
 * @param labsOf the labs that a shard's stream has; without it, the stream has all
 */
export async function provision(
  connection: NatsConnection,
  config: IngestConfig,
  labsOf?: (manager: JetStreamManager) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const replicas = config['stream.replicas'];
  const stream = config['stream.name'];
  const manager = await jetstreamManager(connection).catch(withoutJetStream);
  const labs = await labsOf?.(manager);
  await ensureStream(manager, {
    ...reportStream(config),
    name: stream,
    subjects: labs === undefined ? streamSubjects : subjectsOf(stream, labs),
    num_replicas: replicas,
    sources: siteSources(config['stream.sites']),
  });
  await ensureStream(manager, {
    name: deadStreamOf(stream),
    subjects: labs === undefined ? deadSubjects : deadSubjectsOf(stream, labs),
    max_age: 30 * DAY_MS * NANOS_PER_MS,
    max_bytes: 64 * 1024 ** 2,
    // One node that sends nonsense must not push out what the others left here.
    max_msgs_per_subject: 1000,
    num_replicas: replicas,
  });
  await ensureConsumer(manager, config);
  const leases = { ...BUCKET_SETTINGS.benchmarkLeases, ttlMs: config['benchmarks.lease'], replicas };
  await ensureBucket(connection, BUCKETS.benchmarkLeases, leases);
  await ensureBucket(connection, BUCKETS.rounds, { ...BUCKET_SETTINGS.rounds, replicas });
}

/** Settings of a stream that takes what agents send, here and at a site. */
export function reportStream(config: IngestConfig): Partial<StreamConfig> {
  return {
    subjects: streamSubjects,
    max_age: config['stream.max-age'] * NANOS_PER_MS,
    max_bytes: config['stream.max-bytes'],
    // Collectors read in order: what one node sends as fast as it can is all that others wait for.
    max_msgs_per_subject: config['stream.node-messages'],
    // Times what a collector takes at once, this bounds its memory, however somebody wants to fill it.
    max_msg_size: BODY_LIMITS.messageBytes,
    // Agents send again what was not confirmed in time, but not sooner than this (agent, outbox.resend-after).
    duplicate_window: config['stream.duplicate-window'] * NANOS_PER_MS,
  };
}

/**
 * Messages of the stream that no collector has written yet: those that wait, and those that are being worked on.
 * Undefined when NATS or the stream cannot be asked.
 */
export async function readBacklog(connection: NatsConnection, stream: string): Promise<number | undefined> {
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { num_pending, num_ack_pending } = await manager.consumers.info(stream, CONSUMER);
    return num_pending + num_ack_pending;
  } catch {
    return undefined;
  }
}

/** Makes a stream, or brings it to what is wanted. */
export async function ensureStream(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
) {
  const limits = { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old };
  const full = { ...wanted, ...limits, storage: StorageType.File };
  // Adding a stream that exists with the same settings succeeds; with others it is refused, and updated instead. No source
  // and none given are not the same to the server, and only the former takes sources away.
  const { sources = [], ...others } = full;
  try {
    await manager.streams.add(sources.length === 0 ? others : full);
  } catch (error) {
    const there = await streamInfo(manager, wanted.name);
    try {
      // Where there is none, it could not be made, as for lack of room.
      if (there === undefined) throw error;
      // 2.9 deletes what is beyond a new limit only where there was a higher one.
      if (full.max_msgs_per_subject !== undefined && there.config.max_msgs_per_subject <= 0)
        await manager.streams.update(wanted.name, { max_msgs_per_subject: 1e9 });
      await manager.streams.update(wanted.name, full);
    } catch (refusal) {
      throw isOverlap(refusal) ? await overlapError(manager, wanted.name, full.subjects ?? []) : refusal;
    }
  }
}

function withoutJetStream(error: unknown): never {
  // The client exports no such class.
  if (!(error instanceof Error) || error.name !== 'JetStreamNotEnabled') throw error;
  throw new Error(`this NATS has no JetStream. Where it is that of a site: ${NOT_AT_SITE}`, { cause: error });
}

/** Which other stream has what this one is to have. */
async function overlapError(manager: JetStreamManager, name: string, subjects: readonly string[]) {
  for (const subject of subjects) {
    const streams = await manager.streams.names(subject).next();
    const other = streams.find((each) => each !== name);
    if (other === undefined) continue;
    const { domain = '' } = await manager.getAccountInfo();
    if (domain !== '' && other === siteStream(domain))
      return new Error(`this NATS keeps messages of site ${domain}: ${NOT_AT_SITE}`);
    return new Error(
      `the stream ${name} cannot have ${subject}: the stream ${other} has it. Two shards claim one lab, or a collector runs without shards.file (see nestwatch shards)`,
    );
  }
  return new Error(`the subjects of the stream ${name} overlap with those of another`);
}

async function ensureConsumer(manager: JetStreamManager, config: IngestConfig): Promise<void> {
  const stream = config['stream.name'];
  const wanted: Partial<ConsumerConfig> & { durable_name: string } = {
    durable_name: CONSUMER,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: config['ingest.ack-wait'] * NANOS_PER_MS,
    max_ack_pending: config['ingest.pending'],
    max_deliver: -1,
  };
  try {
    await manager.consumers.add(stream, wanted);
  } catch {
    await manager.consumers.update(stream, CONSUMER, wanted);
  }
  const { delivered } = await manager.consumers.info(stream, CONSUMER);
  const { state } = await manager.streams.info(stream);
  if (delivered.stream_seq <= state.last_seq) return;
  // The stream came back shorter than the consumer remembers: it would skip all that comes until the numbers pass.
  await manager.consumers.delete(stream, CONSUMER);
  await manager.consumers.add(stream, wanted);
}
