import type { NatsConnection } from '@nats-io/transport-node';

/**
 * A signal that is aborted once the connection was lost and is back. A stream may have been lost or set back meanwhile,
 * and whoever follows it from the number they had reached would wait for numbers that it gave already.
 */
export function untilReconnect(connection: NatsConnection): AbortSignal {
  const back = new AbortController();
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'reconnect') break;
    }
    back.abort(new Error('the connection was lost in the meantime'));
  })();
  return back.signal;
}
