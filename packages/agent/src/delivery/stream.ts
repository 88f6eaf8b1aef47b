import { JetStreamApiError, type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';

/** The stream as where messages go. */
export interface Stream extends Pick<JetStreamClient, 'publish'> {
  /** Whether it refused a message for its size: the stream's own limit, or the one that the server announced. */
  isTooLarge(error: unknown): boolean;
}

const MESSAGE_SIZE_EXCEEDS_MAXIMUM = 10054;

export function openStream(connection: NatsConnection): Stream {
  const client = jetstream(connection);
  return {
    publish: (subject, payload, options) => client.publish(subject, payload, options),
    isTooLarge(error) {
      if (error instanceof JetStreamApiError) return error.code === MESSAGE_SIZE_EXCEEDS_MAXIMUM;
      return error instanceof errors.InvalidArgumentError && error.message.includes('max_payload');
    },
  };
}
