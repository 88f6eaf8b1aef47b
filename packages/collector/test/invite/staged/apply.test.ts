import { nkeys } from '@nats-io/transport-node';
import { prove } from '@nestwatch/common/invite/proof';
import { expect, test } from 'vitest';
import { accountsText } from '../../../src/cli/enroll/accounts/accounts-text.ts';
import { nodeMember } from '../../../src/cli/enroll/accounts/member.ts';
import { applyEntry } from '../../../src/invite/staged/apply.ts';
import { parseEntry } from '../../../src/invite/staged/entry.ts';

const nobody = new Set<string>();
const pair = () => {
  const made = nkeys.createUser();
  return { publicKey: made.getPublicKey(), seed: made.getSeed() };
};
const [first, second] = [pair(), pair()];
const enrol = (node: string, publicKey: string, lab = 'lab') =>
  ({ kind: 'enrol', lab, node, publicKey }) as const;
const empty = accountsText('').text;

test('a new node gets what every node gets, and nothing more', async () => {
  const { text, outcome } = await applyEntry(empty, enrol('a', first.publicKey), nobody);
  expect(outcome).toEqual({ done: true });
  expect(text).toBe(accountsText(empty).put([{ member: nodeMember('lab', 'a'), keys: [first.publicKey] }]));
  // Once more changes nothing.
  expect(await applyEntry(text, enrol('a', first.publicKey), nobody)).toEqual({ text, outcome });
});

test('an id that is there keeps its key, unless somebody who may write the accounts said otherwise', async () => {
  const { text } = await applyEntry(empty, enrol('a', first.publicKey), nobody);
  const refused = await applyEntry(text, enrol('a', second.publicKey), nobody);
  expect(refused).toEqual({
    text,
    outcome: { done: false, error: expect.stringMatching(/belongs to another key/) },
  });
  const replaced = await applyEntry(text, enrol('a', second.publicKey), new Set(['lab/a']));
  expect(accountsText(replaced.text).keysOf('node lab/a')).toEqual([second.publicKey]);
  // Another node of that id in another lab is not meant.
  expect((await applyEntry(text, enrol('a', second.publicKey), new Set(['other/a']))).outcome.done).toBe(
    false,
  );
});

test('a key of somebody else makes no second member, and no lab is called as people ask', async () => {
  const { text } = await applyEntry(empty, enrol('a', first.publicKey), nobody);
  expect((await applyEntry(text, enrol('b', first.publicKey), nobody)).outcome.error).toMatch(
    /belongs to node lab\/a/,
  );
  expect((await applyEntry(text, enrol('b', second.publicKey, 'operate'), nobody)).outcome.done).toBe(false);
});

test('nobody is put out but by his own key', async () => {
  const { text } = await applyEntry(empty, enrol('a', first.publicKey), nobody);
  const leave = async (seed: Uint8Array, node = 'a') => ({
    ...({ kind: 'leave', lab: 'lab', node, nonce: 'n' } as const),
    signature: await prove(seed, { deed: 'leave', lab: 'lab', node: 'a', nonce: 'n' }),
  });
  expect((await applyEntry(text, await leave(second.seed), nobody)).outcome.error).toMatch(/signed/);
  const both = (await applyEntry(text, enrol('b', second.publicKey), nobody)).text;
  expect((await applyEntry(both, await leave(first.seed, 'b'), nobody)).text).toBe(both);
  const gone = await applyEntry(text, await leave(first.seed), nobody);
  expect(gone.outcome).toEqual({ done: true });
  expect(accountsText(gone.text).names).toEqual([]);
});

test.each([
  ['further parts, such as permissions', { ...enrol('a', first.publicKey), permissions: { publish: '>' } }],
  ['an id that ends the block', enrol('a\n# end of node lab/a', first.publicKey)],
  ['a node as a wildcard', enrol('*', first.publicKey)],
  ['another key than a user’s', enrol('a', `A${first.publicKey.slice(1)}`)],
  ['a key with more behind it', enrol('a', `${first.publicKey} } { user: x`)],
  ['a list', []],
  ['parts that are no texts', { ...enrol('a', first.publicKey), node: { toString: 'a' } }],
  ['another kind', { ...enrol('a', first.publicKey), kind: 'collector' }],
])('%s make no entry', (_, entry) => {
  expect(() => parseEntry(JSON.stringify(entry))).toThrow(/^it(s)? /);
});
