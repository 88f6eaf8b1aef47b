import type { NatsConnection } from '@nats-io/transport-node';
import { type Range, type Ranges, union } from '@nestwatch/common/ranges';
import { BUCKETS, type SeqRangeShape, v1 } from '@nestwatch/proto';

const TIMEOUT_MS = 5000;

/**
 * What the collectors have noted as confirmed of one run of this node: one key of the bucket of watermarks, read by
 * JetStream's direct get, which a node may do for its own keys only.
 * @returns undefined when nothing is known of that run
 * @throws what NATS says when the bucket can not be asked
 */
export async function askConfirmed(
  connection: NatsConnection,
  lab: string,
  node: string,
  boot: string,
): Promise<Ranges | undefined> {
  const key = `$KV.${BUCKETS.watermarks}.${lab}.${node}.${boot}`;
  const subject = `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.${key}`;
  const answer = await connection.request(subject, '', { timeout: TIMEOUT_MS });
  // 404: no such key. A deleted key answers with an operation and without a value.
  if (answer.data.length === 0 || answer.headers?.get('KV-Operation')) return undefined;
  const { written, dead, dropped, found, freed } = v1.Delivery.decode(answer.data);
  const upTo: Range[] = (freed ?? 0) > 0 ? [[1, freed ?? 0]] : [];
  return union(toRanges(written), toRanges(dead), toRanges(dropped), toRanges(found), upTo);
}

export function toRanges(shapes: readonly SeqRangeShape[] | null | undefined): Ranges {
  return union((shapes ?? []).map(({ from, to }) => [from ?? 0, to ?? 0] as const));
}
