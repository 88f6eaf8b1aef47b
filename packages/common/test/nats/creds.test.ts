import { createAccount, createUser, encodeUser, fmtCreds } from '@nats-io/jwt';
import { describe, expect, test } from 'vitest';
import { parseCredentials } from '../../src/nats/creds.ts';

async function creds(exp?: number): Promise<string> {
  const user = createUser();
  const jwt = await encodeUser('guest3', user, createAccount(), {}, exp === undefined ? {} : { exp });
  return new TextDecoder().decode(fmtCreds(jwt, user));
}

test('a credentials file says whose it is, and until when', async () => {
  const issuedMs = expect.any(Number);
  expect(parseCredentials(await creds())).toEqual({ user: 'guest3', expiresMs: undefined, issuedMs });
  expect(parseCredentials(await creds(1_800_000_000))).toEqual({
    user: 'guest3',
    expiresMs: 1.8e12,
    issuedMs,
  });
  expect(parseCredentials((await creds()).replaceAll('\n', '\r\n'))).toMatchObject({ user: 'guest3' });
});

describe('what is no credentials file is refused, saying what is missing', () => {
  const armour = (what: string, text: string) =>
    `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
  const seed = armour('USER NKEY SEED', new TextDecoder().decode(createUser().getSeed()));
  test.each([
    ['', 'no JWT'],
    ['just text', 'no JWT'],
    [armour('NATS USER JWT', 'a.b.c'), 'no user seed'],
    [armour('NATS USER JWT', 'a.b.c') + seed, 'the JWT is not readable'],
    [armour('NATS USER JWT', 'a') + seed, 'the JWT is not readable'],
    [armour('NATS USER JWT', 'a.e30.c') + seed.replace(/SU[A-Z2-7]+/, 'SAAAAA'), 'no user seed'],
  ])('%j: %s', (text, why) => expect(() => parseCredentials(text)).toThrow(why));
});
