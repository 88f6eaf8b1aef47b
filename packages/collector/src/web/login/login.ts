import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '@nestwatch/common/clock';
import type { Config } from '@nestwatch/common/config/load';
import { readUsers, type Users } from './htpasswd.ts';
import { createPasswords } from './passwords.ts';
import type { loginSettings } from './settings.ts';

/** Why a request is not answered; undefined when it is. */
export interface Refused {
  readonly status: 401 | 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Decides about one request. @throws UsageError when the file of passwords cannot be used any more */
export type Guard = (
  request: Pick<IncomingMessage, 'headers' | 'socket' | 'url'>,
) => Promise<Refused | undefined>;

/** What says whether all is well, and no more, is for everybody: those who watch have no password. */
const OPEN = ['/healthz', '/readyz'];
/** A changed file counts after so long. */
const READ_EVERY_US = 1_000_000;

const CHALLENGE: Refused = {
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="nestwatch", charset="UTF-8"' },
  text: 'log in\n',
};
const NOT_BY_PROXY: Refused = {
  status: 403,
  headers: {},
  text: 'log in at the proxy in front of this server\n',
};
const TOO_MANY: Refused = { status: 429, headers: { 'retry-after': '5' }, text: 'too many logins at once\n' };

/**
 * The guard that the settings ask for; undefined where they ask for none. A request with a proxy's header or with a password is
 * let in: either is enough where both are set.
 */
export function createLogin(
  config: Config<typeof loginSettings>,
  clock: Pick<Clock, 'monoUs'>,
): Guard | undefined {
  const [file, header] = [config['page.password-file'], config['page.user-header'].toLowerCase()];
  if (file === '' && header === '') return undefined;
  const check = createPasswords(clock);
  const users = usersIn(file, clock);
  return async ({ headers, socket, url = '/' }) => {
    if (OPEN.includes(url.split('?')[0] ?? '')) return undefined;
    if (header !== '' && isNamed(headers[header]) && isProxy(socket.remoteAddress, config['page.proxies']))
      return undefined;
    if (file === '') return NOT_BY_PROXY;
    const given = basicIn(headers.authorization);
    if (given === undefined) return CHALLENGE;
    const checked = await check(users(), { ...given, from: socket.remoteAddress ?? '' });
    if (checked === 'right') return undefined;
    return checked === 'wrong' ? CHALLENGE : TOO_MANY;
  };
}

/** Reads the file again when it may have changed. */
function usersIn(file: string, clock: Pick<Clock, 'monoUs'>): () => Users {
  let [users, readUs]: [Users | undefined, number] = [undefined, 0];
  return () => {
    if (users === undefined || clock.monoUs() - readUs >= READ_EVERY_US)
      [users, readUs] = [readUsers(file), clock.monoUs()];
    return users;
  };
}

/** Two headers of one name are joined: a second one that a visitor sends is no proxy's word. */
function isNamed(value: string | string[] | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '' && !value.includes(',');
}

function isProxy(address: string | undefined, proxies: readonly string[]): boolean {
  // IPv4 on a socket of both kinds.
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return isIP(plain) !== 0 && proxies.includes(plain);
}

/** User and password of HTTP's Basic scheme. */
function basicIn(header = ''): { user: string; password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at === -1 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}
