import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConfig } from '../config/connection.ts';
import { refuseReadable } from '../config/load.ts';
import { defined } from '../defined.ts';
import { messageOf, UsageError } from '../errors.ts';
import { type Credentials, parseCredentials } from './creds.ts';

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
 * credentials again at every connection, because it is replaced before it expires. The code of NATS is loaded only where
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
  if (nkey !== '') {
    const { nkeyAuthenticator } = await import('@nats-io/transport-node');
    return {
      options: { authenticator: nkeyAuthenticator(await readSeed(nkey)) },
      login: () => `nats.nkey ${nkey}`,
    };
  }
  if (creds !== '') return loginByCreds(creds);
  if (token !== '') return { options: { token }, login: () => 'nats.token' };
  if (user !== '') {
    return { options: { user, pass: config['nats.password'] }, login: () => `nats.user ${user}` };
  }
  return { options: {}, login: () => 'none: nats.nkey, nats.creds, nats.token and nats.user are not set' };
}

async function loginByCreds(file: string): Promise<NatsAccess> {
  const { credsAuthenticator } = await import('@nats-io/transport-node');
  let last = readCreds(file);
  const read = () => {
    try {
      last = readCreds(file);
    } catch {
      // While it is being replaced, the one before may still do.
    }
    return last;
  };
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

function readCreds(file: string): { bytes: Uint8Array; says: Credentials } {
  const bytes = read('nats.creds', file, true);
  try {
    return { bytes, says: parseCredentials(bytes.toString()) };
  } catch (error) {
    throw new UsageError(`nats.creds: ${file} holds no credentials: ${messageOf(error)}`, { cause: error });
  }
}

function trust(config: NatsConfig): AccessOptions {
  const { 'nats.ca': ca, 'nats.cert': cert, 'nats.key': key } = config;
  if (ca === '' && cert === '' && !config['nats.url'].startsWith('tls://')) return {};
  if ((cert === '') !== (key === '')) throw new UsageError('nats.cert and nats.key go together: set both');
  return {
    tls: defined({
      ca: ca === '' ? undefined : read('nats.ca', ca, false).toString(),
      cert: cert === '' ? undefined : read('nats.cert', cert, false).toString(),
      key: key === '' ? undefined : read('nats.key', key, true).toString(),
    }),
  };
}

async function readSeed(file: string): Promise<Uint8Array> {
  const { nkeys } = await import('@nats-io/transport-node');
  const text = read('nats.nkey', file, true).toString();
  // As `nk` and nsc write it: comments and blank lines around one seed.
  const seed = text.split('\n').find((line) => /^SU[A-Z2-7]+$/.test(line.trim()));
  try {
    if (seed === undefined) throw new Error('no line is a user seed, which begins with SU');
    const bytes = new TextEncoder().encode(seed.trim());
    nkeys.fromSeed(bytes);
    return bytes;
  } catch (error) {
    throw new UsageError(`nats.nkey: ${file} holds no NKey seed of a user: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** @throws UsageError when the file cannot be read, or when it is secret and others can read it */
function read(key: string, file: string, isSecret: boolean): Buffer {
  try {
    const bytes = readFileSync(file);
    if (isSecret) refuseReadable(file);
    return bytes;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${key}: cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
