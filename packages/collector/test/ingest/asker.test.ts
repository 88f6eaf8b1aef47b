import { headers, type Msg } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { askerOf, takeAsker } from '../../src/ingest/asker.ts';

const SUBJECT = 'nestwatch.lab.a.turn';
const asked = (reply: string | undefined, subject = SUBJECT, header?: string) => {
  const sent = headers();
  if (header !== undefined) sent.set(header, 'x');
  return askerOf({ subject, reply, headers: header === undefined ? undefined : sent } as Msg);
};

test.each(['_INBOX.lab.a.x', '_INBOX.lab.a.x.1', '_R_.x.y'])('answers to %s', (reply) => {
  expect(asked(reply)).toEqual({ lab: 'lab', node: 'a', reply });
});

test.each([
  undefined,
  '',
  '_INBOX.lab.a',
  '_INBOX.lab.b.x',
  '_INBOX.lab.ab.x',
  '_INBOX.other.a.x',
  '_INBOX.x',
  'nestwatch.lab.b.written',
  '$KV.nestwatch_topology.place.lab.b',
  '$JS.API.STREAM.PURGE.NESTWATCH',
  '$JS.ACK.x',
  '_R_',
])('does not answer to %s', (reply) => {
  expect(asked(reply)).toBeUndefined();
});

test('does not answer who is nobody, nor what the server itself sent here', () => {
  expect(asked('_INBOX.lab..x', 'nestwatch.lab..turn')).toBeUndefined();
  expect(asked('_R_.x', 'nestwatch.lab.a b.turn')).toBeUndefined();
  expect(asked('_INBOX.lab.a.x', SUBJECT, 'Nats-Stream')).toBeUndefined();
  // What a server says across accounts, of who asks.
  expect(asked('_R_.x', SUBJECT, 'Nats-Request-Info')).toMatchObject({ node: 'a' });
});

test('a question that must not be answered is answered with nothing, and only in another account', () => {
  const answered = (reply: string, header: string) => {
    let answers = 0;
    const sent = headers();
    sent.set(header, 'x');
    const respond = () => ++answers > 0;
    takeAsker({ subject: SUBJECT, reply, headers: sent, respond } as unknown as Msg);
    return answers;
  };
  expect(answered('_R_.x', 'Nats-Stream')).toBe(1);
  expect(answered('_INBOX.lab.a.x', 'Nats-Stream')).toBe(0);
  expect(answered('$JS.API.STREAM.PURGE.NESTWATCH', 'Nats-Stream')).toBe(0);
  expect(answered('_R_.x', 'Nats-Request-Info')).toBe(0);
});
