import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { LoadMessage } from './node-messages.ts';

/** A number of connections to NATS that publish to the stream as agents do, and count what becomes of it. */
export interface Publishers extends AsyncDisposable {
  /** Publishes with the agent's message id. Resolves when the stream confirmed it or refused it; never rejects. */
  publish(message: LoadMessage, via: number): Promise<void>;
  readonly counts: { confirmed: number; failed: number; bytes: number };
  /** Why the last message failed. */
  readonly lastError: string;
}

export async function openPublishers(url: string, count: number): Promise<Publishers> {
  const connections: NatsConnection[] = [];
  const streams: JetStreamClient[] = [];
  for (let at = 0; at < count; at += 1) {
    const connection = await connect({ servers: url.split(','), name: `load ${at}`, timeout: 20_000 });
    connections.push(connection);
    streams.push(jetstream(connection, { timeout: 30_000 }));
  }
  const counts = { confirmed: 0, failed: 0, bytes: 0 };
  let lastError = '';
  return {
    counts,
    get lastError() {
      return lastError;
    },
    async publish({ subject, id, bytes }, via) {
      try {
        await streams[via % streams.length]?.publish(subject, bytes, { msgID: id });
        counts.confirmed += 1;
        counts.bytes += bytes.length;
      } catch (error) {
        counts.failed += 1;
        lastError = (error as Error).message;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}
