import { type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ID_PATTERN, subjects, v1 } from '@nestwatch/proto';

/** Keeps a message that cannot be taken in as nestwatch.<lab>.<node>.dead. Resolves when the stream has it. */
export async function addDeadLetter(
  connection: NatsConnection,
  { subject, data: payload }: JsMsg,
  reason: string,
  receivedUs: number,
): Promise<void> {
  const [, lab = '', node = ''] = subject.split('.');
  const safe = (token: string) => (ID_PATTERN.test(token) ? token : 'unknown');
  const letter = v1.DeadLetter.encode({ subject, reason, payload, receivedUs }).finish();
  await jetstream(connection).publish(subjects.dead(safe(lab), safe(node)), letter);
}
