import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { errnoOf, messageOf } from '@nestwatch/common/errors';

const LIMIT_MS = 10_000;
/** What OpenSSL says of a certificate that is good at another time. */
const AT_ANOTHER_TIME = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown name',
  EHOSTUNREACH: 'no way there',
  ENETUNREACH: 'no way there',
  ETIMEDOUT: 'no answer',
};

/** How an address of NATS is tried. */
export interface Tried {
  /** Its certificate authority, as PEM; undefined: those of the system. */
  readonly authority?: string | undefined;
  readonly signal: AbortSignal;
  /** This machine's clock, ms since 1970. */
  readonly nowMs: () => number;
}

/**
 * The first of some addresses of NATS at which one greets, and shows a certificate to trust where it has one.
 * @throws Error that names each address with what is wrong there
 */
export async function firstReachable(urls: readonly string[], tried: Tried): Promise<string> {
  const reasons: string[] = [];
  for (const url of urls) {
    const reason = await wrongAt(url, tried);
    if (reason === undefined) return url;
    reasons.push(`${url} (${reason})`);
  }
  throw new Error(`cannot connect to NATS at ${reasons.join(', ')}`);
}

/** A NATS server greets each connection with INFO, before TLS begins; over a websocket the client speaks first. */
function wrongAt(url: string, tried: Tried): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || 4222), signal: tried.signal });
    const end = (reason: string | undefined) => {
      resolve(reason);
      socket.destroy();
    };
    socket.once('data', (data) => {
      const said = data.toString('latin1');
      if (!said.startsWith('INFO')) return end('what answers there is not NATS');
      if (protocol !== 'tls:' && !/"tls_required": ?true/.test(said)) return end(undefined);
      certificateFault(socket, host, tried).then(end, (error: unknown) => end(messageOf(error)));
    });
    socket.once('error', (error) => end(IN_WORDS[errnoOf(error) ?? ''] ?? messageOf(error)));
    socket.once('close', () => end('it closed the connection'));
    socket.setTimeout(LIMIT_MS, () => end(`no answer in ${LIMIT_MS / 1000} s`));
  });
}

/** What is wrong with the certificate that a server shows. Nothing is sent over the connection, trusted or not. */
function certificateFault(
  socket: Socket,
  host: string,
  { authority, nowMs }: Tried,
): Promise<string | undefined> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const ca = authority === undefined ? {} : { ca: authority };
  return new Promise((resolve, reject) => {
    const secured = connectSecurely({ socket, host, ...name, ...ca, rejectUnauthorized: false }, () => {
      const error = secured.authorizationError as Error | string | undefined;
      const { valid_from, valid_to } = secured.getPeerCertificate();
      if (!AT_ANOTHER_TIME.has(String(error))) return resolve(error ? `TLS: ${String(error)}` : undefined);
      const day = (time: number | string) => new Date(time).toISOString().slice(0, 10);
      resolve(
        `its certificate lasts from ${day(valid_from)} to ${day(valid_to)}, and the clock of this machine says ${day(nowMs())}: set the clock`,
      );
    });
    secured.once('error', reject);
  });
}
