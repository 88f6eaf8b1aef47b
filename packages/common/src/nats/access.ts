import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConfig } from '../config/connection.ts';
import { refuseReadable } from '../config/secure-file.ts';
import { defined } from '../defined.ts';
import { messageOf, UsageError } from '../errors.ts';
import { parseCredentials } from './creds.ts';

/** How to prove who we are to NATS, and whom to trust. */
export interface NatsAccess {
  /** The part of the connection's options that has to do with it. */
  options: AccessOptions;
  /** What is shown to the server, for people who are told that it was refused; no secret is in it. */
  login(nowMs: number): string;
}

type AccessOptions = Pick<ConnectionOptions, 'authenticator' | 'token' | 'user' | 'pass' | 'tls'>;

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
    throw new UsageError(`${given.join(' and ')} are both set: one way to log in to NATS is enough`);
  }
  const { options, login } = await loginOf(config);
  return { options: { ...options, ...trust(config) }, login };
}

async function loginOf(config: NatsConfig): Promise<NatsAccess> {
  const { 'nats.nkey': nkey, 'nats.creds': creds, 'nats.token': token, 'nats.user': user } = config;
  if (nkey !== '') return loginByKey(nkey);
  if (creds !== '') return loginByCreds(creds);
  if (token !== '') return { options: { token }, login: () => 'nats.token' };
  if (user !== '') {
    return { options: { user, pass: config['nats.password'] }, login: () => `nats.user ${user}` };
  }
  return { options: {}, login: () => 'none: nats.nkey, nats.creds, nats.token and nats.user are not set' };
}

async function loginByKey(file: string): Promise<NatsAccess> {
  const { nkeyAuthenticator, nkeys } = await import('@nats-io/transport-node');
  const read = readAnew(() => readSeed(file, nkeys.fromSeed));
  return {
    options: { authenticator: nkeyAuthenticator(read) },
    login: () => `nats.nkey ${file}`,
  };
}

async function loginByCreds(file: string): Promise<NatsAccess> {
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

function trust(config: NatsConfig): AccessOptions {
  const { 'nats.ca': ca, 'nats.cert': cert, 'nats.key': key } = config;
  if (ca === '' && cert === '' && !config['nats.url'].startsWith('tls://')) return {};
  if ((cert === '') !== (key === '')) throw new UsageError('nats.cert and nats.key go together: set both');
  const read = (name: 'nats.ca' | 'nats.cert' | 'nats.key') =>
    config[name] === '' ? undefined : readBytes(name, config[name], name === 'nats.key').toString();
  return { tls: defined({ ca: read('nats.ca'), cert: read('nats.cert'), key: read('nats.key') }) };
}

function readSeed(file: string, check: (seed: Uint8Array) => unknown): Uint8Array {
  return readSecret('nats.nkey', file, 'NKey seed of a user', (bytes) => {
    // As `nk` and nsc write it: comments and blank lines around one seed.
    const lines = bytes.toString().split('\n');
    const seed = lines.find((line) => /^SU[A-Z2-7]+$/.test(line.trim()));
    if (seed === undefined) throw new Error('no line is a user seed, which begins with SU');
    const encoded = new TextEncoder().encode(seed.trim());
    check(encoded);
    return encoded;
  });
}

/** @throws UsageError when the file cannot be read, others can read it, or `parse` throws */
function readSecret<T>(key: string, file: string, what: string, parse: (bytes: Buffer) => T): T {
  const bytes = readBytes(key, file, true);
  try {
    return parse(bytes);
  } catch (error) {
    throw new UsageError(`${key}: ${file} holds no ${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws UsageError when the file cannot be read, or when it is secret and others can read it */
function readBytes(key: string, file: string, isSecret: boolean): Buffer {
  try {
    const bytes = readFileSync(file);
    if (isSecret) refuseReadable(file);
    return bytes;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${key}: cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
