import type { NatsConnection } from '@nats-io/transport-node';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { type Range, type Ranges, union } from '@nestwatch/common/ranges';
import { BUCKETS, type SeqRangeShape, subjects, v1 } from '@nestwatch/proto';
import type { Outbox } from './outbox.ts';

const TIMEOUT_MS = 5000;

interface ConfirmationOptions {
  connection: NatsConnection;
  outbox: Pick<Outbox, 'confirm' | 'runIds'>;
  lab: string;
  node: string;
  log: Log;
}

/** Frees in the outbox what collectors say is in InfluxDB, until the connection is closed. */
export async function followConfirmations(
  options: ConfirmationOptions,
  onConfirmed: () => void,
): Promise<void> {
  const { connection, outbox, lab, node, log } = options;
  for await (const message of connection.subscribe(subjects.written(lab, node))) {
    // Collectors send none: these are answers of the server that somebody directed here.
    if (message.headers !== undefined) continue;
    try {
      for (const { boot, ranges } of v1.Written.decode(message.data).confirmed ?? []) {
        outbox.confirm(boot ?? '', toRanges(ranges));
      }
    } catch (error) {
      log.debug('cannot decode a confirmation', { error: messageOf(error) });
    }
    onConfirmed();
  }
}

/** Asks what is confirmed of all runs of which something was sent, or may have been by an earlier run. Never rejects. */
export async function askConfirmations(options: ConfirmationOptions): Promise<void> {
  const { outbox, log } = options;
  try {
    for (const runId of outbox.runIds()) {
      const confirmed = await confirmedOf(options, runId);
      if (confirmed !== undefined) outbox.confirm(runId, confirmed);
    }
  } catch (error) {
    log.debug('cannot request confirmations', { error: messageOf(error) });
  }
}

/**
 * What the collectors have noted as confirmed of one run of this node: one key of the bucket of watermarks, read by
 * JetStream's direct get, which a node may do for its own keys only.
 * @returns undefined when nothing is known of that run
 * @throws what NATS says when the bucket cannot be asked
 */
async function confirmedOf(options: ConfirmationOptions, runId: string): Promise<Ranges | undefined> {
  const { connection, lab, node } = options;
  const key = `$KV.${BUCKETS.watermarks}.${lab}.${node}.${runId}`;
  const subject = `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.${key}`;
  const answer = await connection.request(subject, '', { timeout: TIMEOUT_MS });
  // 404: no such key. A deleted key answers with an operation and without a value.
  if (answer.data.length === 0 || answer.headers?.get('KV-Operation')) return undefined;
  const { written, dead, dropped, found, freed } = v1.Delivery.decode(answer.data);
  const upTo: Range[] = (freed ?? 0) > 0 ? [[1, freed ?? 0]] : [];
  return union(toRanges(written), toRanges(dead), toRanges(dropped), toRanges(found), upTo);
}

function toRanges(shapes: readonly SeqRangeShape[] | null | undefined): Ranges {
  return union((shapes ?? []).map(({ from, to }) => [from ?? 0, to ?? 0] as const));
}
