import type { ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConfig } from '../config/connection.ts';
import { defined } from '../defined.ts';
import { UsageError } from '../errors.ts';
import { parseCredentials } from './creds.ts';
import type { Ending } from './endings.ts';
import { readSecret } from './secret-file.ts';
import { trustOf } from './trust.ts';

/** How to prove who we are to NATS, and whom to trust. */
export interface NatsAccess {
  /** The part of the connection's options that has to do with it. */
  options: AccessOptions;
  /** The login as shown to people when the server refuses it; it has no secret. */
  login(nowMs: number): string;
  /** What of it ends, as far as it is known: the certificate of the server once it was seen. */
  endings(nowMs: number): readonly Ending[];
}

type Login = Pick<NatsAccess, 'options' | 'login'> & { readonly ending?: () => Ending | undefined };

export type AccessOptions = Pick<ConnectionOptions, 'authenticator' | 'token' | 'user' | 'pass' | 'tls'>;

/**
 * How to prove who we are to NATS and whom to trust, as configured. Files that hold a secret are read here; one with
 * keys again at every connection, because it is replaced when these change. The code of NATS is loaded only where
 * it is needed.
 * @throws UsageError when a file is missing, is not what it should be, or when others can read a secret
 */
export async function natsAccess(config: NatsConfig): Promise<NatsAccess> {
  const ways = ['nats.nkey', 'nats.creds', 'nats.token', 'nats.user'] as const;
  const given = ways.filter((key) => config[key] !== '');
  if (given.length > 1) {
    throw new UsageError(`${given.join(' and ')} are both set: keep one of them`);
  }
  const { options, login, ending } = await loginOf(config);
  const trust = await trustOf(config);
  return {
    options: { ...options, ...trust.options },
    login,
    endings: (nowMs) => [...trust.endings(nowMs), ending?.() ?? []].flat(),
  };
}

async function loginOf(config: NatsConfig): Promise<Login> {
  const { 'nats.nkey': nkey, 'nats.creds': creds, 'nats.token': token, 'nats.user': user } = config;
  if (nkey !== '') return loginByKey(nkey);
  if (creds !== '') return loginByCreds(creds);
  if (token !== '') return { options: { token }, login: () => 'nats.token' };
  if (user !== '') {
    return { options: { user, pass: config['nats.password'] }, login: () => `nats.user ${user}` };
  }
  return { options: {}, login: () => 'none: nats.nkey, nats.creds, nats.token and nats.user are not set' };
}

async function loginByKey(file: string): Promise<Login> {
  const { nkeyAuthenticator, nkeys } = await import('@nats-io/transport-node');
  const read = readAnew(() => readSeed(file, nkeys.fromSeed));
  return {
    options: { authenticator: nkeyAuthenticator(read) },
    login: () => `nats.nkey ${file}`,
  };
}

async function loginByCreds(file: string): Promise<Login> {
  const { credsAuthenticator } = await import('@nats-io/transport-node');
  const read = readAnew(() => readCreds(file));
  return {
    options: { authenticator: credsAuthenticator(() => read().bytes) },
    login(nowMs) {
      const { user, expiresMs } = read().says;
      const day = expiresMs === undefined ? undefined : new Date(expiresMs).toISOString();
      const until = expiresMs !== undefined && expiresMs <= nowMs ? `, which expired at ${day}` : '';
      return `nats.creds ${file} of user ${user}${until}`;
    },
    ending() {
      const { expiresMs, issuedMs } = read().says;
      if (expiresMs === undefined) return undefined;
      return defined({ what: `nats.creds ${file}`, fromMs: issuedMs, untilMs: expiresMs });
    },
  };
}

/** Reads a file now, and again whenever it is asked for: one that is replaced needs no restart. */
function readAnew<T>(read: () => T): () => T {
  let last = read();
  return () => {
    try {
      last = read();
    } catch {
      // While it is being replaced, the one before may still do.
    }
    return last;
  };
}

const readCreds = (file: string) =>
  readSecret('nats.creds', file, 'credentials', (bytes) => ({
    bytes,
    says: parseCredentials(bytes.toString()),
  }));

function readSeed(file: string, check: (seed: Uint8Array) => unknown): Uint8Array {
  return readSecret('nats.nkey', file, 'NKey seed of a user', (bytes) => {
    // As `nk` and nsc write it: comments and blank lines around one seed.
    const lines = bytes.toString().split('\n');
    const seed = lines.find((line) => /^SU[A-Z2-7]+$/.test(line.trim()));
    if (seed === undefined) throw new Error('no line is a user seed (it begins with SU)');
    const encoded = new TextEncoder().encode(seed.trim());
    check(encoded);
    return encoded;
  });
}
