import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Takes what a stream stores on a subject from now on, whichever way it comes: what a site keeps itself is sent on that
 * subject nowhere else.
 * @returns ends it. @throws when the stream cannot be read
 */
export async function followStored(
  connection: NatsConnection,
  stream: string,
  subject: string,
  take: (data: Uint8Array) => void,
): Promise<() => void> {
  const consumer = await jetstream(connection).consumers.get(stream, {
    filter_subjects: subject,
    deliver_policy: DeliverPolicy.New,
  });
  const messages = await consumer.consume({ callback: ({ data }) => take(data) });
  return () => {
    messages.stop();
    void consumer.delete().catch(() => undefined);
  };
}
