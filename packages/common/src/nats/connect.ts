import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '../backoff.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { NatsAccess } from './access.ts';

export interface NatsOptions {
  /** One or more addresses, separated by commas. */
  url: string;
  /** Shown in the server's connection list. */
  name: string;
  log: Log;
  /** Ends the waiting for a first connection; an open connection is closed by its owner. */
  signal: AbortSignal;
  inboxPrefix?: string;
  /** How to prove who we are, and whom to trust; from `natsAccess`. */
  access?: NatsAccess;
}

const AWAY = 'NATS cannot be reached, trying until it can';
const REFUSED = 'NATS refuses the login, trying until it takes it';

/**
 * Connects, waiting as long as it takes: the server may come up after us. Says once that it waits, and once when a
 * connection is lost or came back.
 * @returns undefined when the signal was aborted first.
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection | undefined> {
  const { url, name, log, signal, inboxPrefix, access } = options;
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
  let said = '';
  while (!signal.aborted) {
    try {
      const connection = await connect({
        servers: url.split(',').map((server) => server.trim()),
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 500,
        reconnectJitter: 500,
        timeout: 10_000,
        pingInterval: 20_000,
        // A stack for every request, in case it fails, costs more than the request.
        noAsyncTraces: true,
        // A server whose users are being changed refuses for a moment; giving up would need a person.
        ignoreAuthErrorAbort: true,
        ...access?.options,
        ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
      });
      log.info('connected to NATS', { server: connection.getServer() });
      void sayStatus(connection, options);
      return connection;
    } catch (error) {
      const what = isRefusal(error) ? REFUSED : AWAY;
      const login = what === REFUSED ? { login: access?.login(Date.now()) } : {};
      // Said again when it is another thing: a server that came up may refuse us.
      if (what !== said) log.warn(what, { url, error: messageOf(error), ...login });
      said = what;
      if (!(await pause(backoff.next(), signal))) return undefined;
    }
  }
  return undefined;
}

/** Tells whenever a connection is lost, and when it is back. Ends when it is closed. */
export async function followConnection(
  connection: NatsConnection,
  tell: (connected: boolean) => void,
): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') tell(false);
    if (type === 'reconnect') tell(true);
  }
}

async function sayStatus(connection: NatsConnection, { log, access }: NatsOptions): Promise<void> {
  let refused = false;
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') {
      log.warn('connection to NATS lost, reconnecting', { server: status.server });
    } else if (status.type === 'reconnect') {
      refused = false;
      log.info('connection to NATS is back', { server: status.server });
    } else if (status.type === 'error' && !isRefusal(status.error)) {
      log.warn('NATS refused something', { error: messageOf(status.error) });
    } else if (status.type === 'error' && !refused) {
      // Every attempt to come back is refused alike.
      refused = true;
      log.warn(REFUSED, { error: messageOf(status.error), login: access?.login(Date.now()) });
    }
  }
}

/** Whether the server does not take the login, or no longer. */
function isRefusal(error: unknown): boolean {
  const { AuthorizationError, UserAuthenticationExpiredError } = errors;
  const is = (each: unknown) =>
    each instanceof AuthorizationError || each instanceof UserAuthenticationExpiredError;
  return is(error) || is((error as { cause?: unknown }).cause);
}
