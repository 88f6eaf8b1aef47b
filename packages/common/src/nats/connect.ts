import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { defined } from '../defined.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { retryUntil } from '../retry.ts';
import type { NatsAccess } from './access.ts';
import { wayOutOfRefusal } from './kept-apart.ts';

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

const AWAY = 'cannot connect to NATS, retrying';
const REFUSED = 'NATS refuses the login, retrying';

/** Of this many different refusals one is logged, until the connection is a new one. */
const MOST_SAID = 100;

/**
 * Connects, waiting as long as it takes: the server may come up after us. Says once that it waits, and once when a
 * connection is lost or came back.
 * @returns undefined when the signal was aborted first.
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection | undefined> {
  const { url, log, signal, access } = options;
  if (signal.aborted) return undefined;
  return retryUntil(() => connectOnce(options), {
    signal,
    log,
    // A server that came up may refuse us: that is another thing to say.
    failing: (error) => (isRefusal(error) ? REFUSED : AWAY),
    fields: (error) => defined({ url, login: isRefusal(error) ? access?.login(Date.now()) : undefined }),
  });
}

async function connectOnce(options: NatsOptions): Promise<NatsConnection> {
  const { url, name, log, inboxPrefix, access } = options;
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
    ...defined({ inboxPrefix }),
  });
  log.info('connected to NATS', { server: connection.getServer() });
  void sayStatus(connection, options);
  return connection;
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
  let [isLost, refused] = [false, false];
  const refusals = createRefusals(log);
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') {
      // A login that is refused ends a connection, too, at every attempt.
      if (!isLost) log.warn('connection to NATS lost, reconnecting', { server: status.server });
      isLost = true;
    } else if (status.type === 'reconnect') {
      [isLost, refused] = [false, false];
      refusals.forget();
      log.info('reconnected to NATS', { server: status.server });
    } else if (status.type === 'error' && !isRefusal(status.error)) {
      refusals.say(status.error);
    } else if (status.type === 'error' && !refused) {
      // Every attempt to come back is refused alike.
      refused = true;
      log.warn(REFUSED, { error: messageOf(status.error), login: access?.login(Date.now()) });
    }
  }
}

/** Says each refusal once: what is refused at one try is refused at the next. */
function createRefusals(log: Log) {
  const said = new Set<string>();
  return {
    say(refusal: Error): void {
      const error = messageOf(refusal);
      if (said.has(error) || said.size >= MOST_SAID) return;
      said.add(error);
      const subject = refusal instanceof errors.PermissionViolationError ? refusal.subject : '';
      log.warn(
        'NATS denied a publish or a subscription',
        defined({ error, wayOut: wayOutOfRefusal(subject) }),
      );
    },
    forget: () => said.clear(),
  };
}

/** Whether the server does not take the login, or no longer. */
function isRefusal(error: unknown): boolean {
  const { AuthorizationError, UserAuthenticationExpiredError } = errors;
  const is = (each: unknown) =>
    each instanceof AuthorizationError || each instanceof UserAuthenticationExpiredError;
  return is(error) || is((error as { cause?: unknown }).cause);
}
