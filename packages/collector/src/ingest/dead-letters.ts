import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { ID_PATTERN, subjects, v1 } from '@nestwatch/proto';

export interface DeadLetters {
  /** Keeps a message that cannot be taken in, with the reason. Resolves when the stream has it. */
  add(subject: string, payload: Uint8Array, reason: string): Promise<void>;
}

/** Publishes to nestwatch.<lab>.<node>.dead what cannot be taken in. */
export function createDeadLetters(connection: NatsConnection, clock: Clock): DeadLetters {
  const stream: JetStreamClient = jetstream(connection);
  return {
    async add(subject, payload, reason) {
      const letter = v1.DeadLetter.encode({ subject, reason, payload, receivedUs: clock.wallUs() }).finish();
      await stream.publish(deadSubject(subject), letter);
    },
  };
}

function deadSubject(subject: string): string {
  const [, lab = '', node = ''] = subject.split('.');
  const safe = (token: string) => (ID_PATTERN.test(token) ? token : 'unknown');
  return subjects.dead(safe(lab), safe(node));
}
