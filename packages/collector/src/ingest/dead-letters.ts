import { createHash } from 'node:crypto';
import { type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { harmlessUpTo } from '@nestwatch/common/harmless';
import { ID_PATTERN, subjects, v1 } from '@nestwatch/proto';
import type { LetterShares } from './letter-shares.ts';

/** Of a refusal's text, and of the subject, so much helps. */
const [REASON_CHARACTERS, SUBJECT_CHARACTERS] = [500, 200];
/** Of a message so much helps to see what it is. */
const PAYLOAD_BYTES = 32 * 1024;
/** For a letter's other fields, and what JetStream adds. */
const ENVELOPE_BYTES = 8 * 1024;

/** How much of a message its letter has. */
export type Kept = 'whole' | 'part' | 'nothing';

/**
 * Keeps a message that cannot be taken in as nestwatch.<lab>.<node>.dead. A letter is cut to what helps, so that it always
 * fits: the reason to 500 characters, the message to 32 KiB, or to nothing where its node or lab had its share of bytes.
 * There is none where they had their share of letters. Resolves when the stream has it.
 * @throws what JetStream says when it does not take it
 */
export async function addDeadLetter(
  connection: NatsConnection,
  { subject, data }: Pick<JsMsg, 'subject' | 'data'>,
  reason: string,
  receivedUs: number,
  shares: LetterShares,
): Promise<Kept> {
  const [, lab = '', node = ''] = subject.split('.');
  const safe = (token: string) => (ID_PATTERN.test(token) ? token : 'unknown');
  if (!shares.takeLetter(safe(lab), safe(node))) return 'nothing';
  const room = (connection.info?.max_payload ?? 1024 ** 2) - ENVELOPE_BYTES;
  const wanted = Math.min(data.length, PAYLOAD_BYTES, Math.max(0, room));
  const payload = data.subarray(0, shares.takeBytes(safe(lab), safe(node), wanted) ? wanted : 0);
  const letter = v1.DeadLetter.encode({
    subject: harmlessUpTo(subject, SUBJECT_CHARACTERS),
    reason: harmlessUpTo(reason, REASON_CHARACTERS),
    payload,
    receivedUs,
    payloadBytes: data.length,
    payloadSha256: createHash('sha256').update(data).digest(),
  }).finish();
  await jetstream(connection).publish(subjects.dead(safe(lab), safe(node)), letter);
  return payload.length === data.length ? 'whole' : 'part';
}
