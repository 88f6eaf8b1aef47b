import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Guard } from './login/login.ts';
import { allowedHost, isLoopback } from './security.ts';

/** Answers one path. Throwing gives 500 and a line in the log. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Names that are answered beside this machine's own. */
  readonly allowedHosts: readonly string[];
  /** Who may ask; absent for everybody. */
  readonly guard?: Guard | undefined;
}

async function guarded(
  guard: Guard | undefined,
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refused = await guard?.(request);
  if (refused === undefined) return handler(request, response);
  const { status, headers, text } = refused;
  response
    .writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers })
    .end(text);
}

/**
 * Serves GET requests of the given paths, under expected names only; "*" answers every other path.
 * @throws UsageError when the port is taken or the address is not this machine's.
 */
export async function serveHttp(
  { host, port, allowedHosts, guard }: ServerOptions,
  handlers: Readonly<Record<string, Handler>>,
  log: Log,
) {
  if (guard === undefined && !isLoopback(host))
    log.warn(
      'the page is open to everybody who reaches this address: set page.password-file or page.user-header',
      {
        host,
      },
    );
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : handlers['*'];
    if (!allowedHost(request.headers.host, host, allowedHosts)) {
      const text = 'not served under this name: add it to http.allowed-hosts\n';
      response.writeHead(421, { 'content-type': 'text/plain' }).end(text);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (handler === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    } else {
      guarded(guard, handler, request, response).catch((error: unknown) => {
        log.error('a request failed', { path, error: messageOf(error) });
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UsageError(`cannot listen on ${host} port ${port}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    /** Address it listens on, such as http://127.0.0.1:9464. */
    url: `http://${shownHost}:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
