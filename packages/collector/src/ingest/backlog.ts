import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { CONSUMER, STREAM } from '@nestwatch/proto';

/**
 * Messages of the stream that no collector has written yet: those that wait, and those that are being worked on.
 * Undefined when NATS or the stream cannot be asked.
 */
export async function readBacklog(connection: NatsConnection): Promise<number | undefined> {
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { num_pending, num_ack_pending } = await manager.consumers.info(STREAM, CONSUMER);
    return num_pending + num_ack_pending;
  } catch {
    return undefined;
  }
}
