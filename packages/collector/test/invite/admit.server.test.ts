import { nkeys } from '@nats-io/transport-node';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import { createInvitations } from '../../src/invite/invitations.ts';

const nats = shareNats();
const key = () => nkeys.createUser().getPublicKey();
let nowUs = 1e15;

/** Of one of several collectors that share what they keep. */
async function collector() {
  const connection = await nats.connect();
  const bucket = () =>
    ensureBucket(connection, 'invitations', { ttlMs: 0, replicas: 1, maxBytes: 1024 ** 2 });
  return createInvitations(bucket, { wallUs: () => nowUs });
}

const wanted = (uses: number, lab = 'lab') => ({ lab, uses, expiresMs: nowUs / 1000 + 60_000, by: 'alice' });

test('of many who come at once to two collectors, as many get in as there are uses', async () => {
  const both = [await collector(), await collector()] as const;
  const token = (await both[0].make(wanted(3))) ?? '';
  const came = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) => both[at % 2 === 0 ? 0 : 1].admit(token, `n${at}`, key())),
  );
  expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const guests = (await both[1].find(token))?.guests ?? [];
  expect(guests).toHaveLength(3);
  // Ids of those who were not let in are free again.
  const ids = await Promise.all(Array.from({ length: 12 }, (_, at) => both[0].nodeOf('lab', `n${at}`)));
  expect(ids.filter((each) => each !== undefined)).toHaveLength(3);
});

test('two who want one id at once do not both get it, whatever invitations they have', async () => {
  const all = await collector();
  const tokens = [(await all.make(wanted(5))) ?? '', (await all.make(wanted(5))) ?? ''];
  const came = await Promise.allSettled(tokens.map((token) => all.admit(token, 'same', key())));
  expect(came.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('who came already may come again, and spends nothing; with another key it is refused', async () => {
  const all = await collector();
  const token = (await all.make(wanted(1))) ?? '';
  const own = key();
  await all.admit(token, 'again', own);
  await expect(all.admit(token, 'again', own)).resolves.toMatchObject({ uses: 1 });
  await expect(all.admit(token, 'again', key())).rejects.toThrow(/used up/);
  const other = (await all.make(wanted(1))) ?? '';
  await expect(all.admit(other, 'again', key())).rejects.toThrow(/belongs to another key/);
  expect((await all.find(other))?.guests).toEqual([]);
});

test('an invitation ends by its time, by its uses, and by a word', async () => {
  const all = await collector();
  const token = (await all.make({ ...wanted(2), node: 'bound' })) ?? '';
  await expect(all.admit(token, 'free', key())).rejects.toThrow(/only for bound/);
  nowUs += 61e6;
  await expect(all.admit(token, 'bound', key())).rejects.toThrow(/expired at/);
  const next = (await all.make(wanted(1))) ?? '';
  const { id } = (await all.all()).at(-1) ?? { id: '' };
  expect(await all.end(id)).toBe(true);
  expect(await all.end(id)).toBe(false);
  await expect(all.admit(next, 'late', key())).rejects.toThrow(/unknown invitation/);
  // What is kept does not tell the token.
  expect(JSON.stringify(await all.all())).not.toContain(token);
});
