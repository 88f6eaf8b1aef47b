import { nkeys } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { type Offer, parseOffer, signOffer, verifiedOffer } from '../../src/invite/offer.ts';
import { prove } from '../../src/invite/proof.ts';

const [signer, other] = [nkeys.createUser(), nkeys.createUser()];
const file = { file: 'a.deb', format: 'deb', bytes: 5, sha256: 'a'.repeat(64) } as const;
const offer: Offer = { lab: 'lab', version: '1.2.3', madeMs: 1_700_000_000_000, files: [file] };

test('what was signed is read by who has the public key', async () => {
  const signed = await signOffer(signer.getSeed(), offer);
  expect(await verifiedOffer(signer.getPublicKey(), signed)).toEqual(offer);
  expect(await verifiedOffer(other.getPublicKey(), signed)).toBeUndefined();
  const changed = { ...signed, text: signed.text.replace('1.2.3', '1.2.4') };
  expect(await verifiedOffer(signer.getPublicKey(), changed)).toBeUndefined();
});

test('nothing else that was signed with the key is an offer', async () => {
  const claim = { deed: 'enrol', lab: 'lab', node: 'n', nonce: 'x' } as const;
  const signature = await prove(signer.getSeed(), claim);
  const text = JSON.stringify(offer);
  expect(await verifiedOffer(signer.getPublicKey(), { text, signature })).toBeUndefined();
});

test.each([
  undefined,
  null,
  'x',
  {},
  { text: 'x' },
  { text: 5, signature: 'x' },
  { text: 'x'.repeat(5000), signature: '' },
])('what is no offer is none: %j', async (given) => {
  expect(await verifiedOffer(signer.getPublicKey(), given)).toBeUndefined();
  expect(await verifiedOffer('no key', given)).toBeUndefined();
});

test.each([
  '{',
  '{}',
  JSON.stringify({ ...offer, version: '../x' }),
  JSON.stringify({ ...offer, madeMs: 'now' }),
  JSON.stringify({ ...offer, files: [{ ...file, file: '../x' }] }),
  JSON.stringify({ ...offer, files: [{ ...file, bytes: -1 }] }),
  JSON.stringify({ ...offer, files: [{ ...file, sha256: 'x' }] }),
])('a text that is none is refused: %s', (text) => {
  expect(parseOffer(text)).toBeUndefined();
});
