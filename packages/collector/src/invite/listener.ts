import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { bodyOf, send, sendJson } from './answers.ts';
import { Refusal } from './refusal.ts';
import { type Body, enrolGuest, letGo, type NodeServices, offerForNode, stateOfNode } from './serve-nodes.ts';
import type { createPackageServer } from './serve-package.ts';
import { type ScriptConfig, serveScript } from './serve-script.ts';

const MOST_CONNECTIONS = 128;
/** Of one address, behind which may be all guests of a layer. */
const MOST_OF_ONE = 48;
/** What nodes ask; undefined where they get no answer. */
const POSTED = new Map<string, (served: Served, body: Body, address: string) => Promise<object | undefined>>([
  ['/enrol', enrolGuest],
  ['/state', stateOfNode],
  ['/upgrade', offerForNode],
  ['/leave', letGo],
]);
/** Bytes stand still for no longer. ms */
const IDLE_MS = 120_000;

export interface Served extends NodeServices {
  readonly config: ScriptConfig;
  readonly servePackage: ReturnType<typeof createPackageServer>;
}

/**
 * Serves invitations, packages and what the nodes ask that came by an invitation; nothing else.
 * @throws Error when it cannot listen there
 */
export async function listen(host: string, port: number, served: Served, log: Log) {
  const server = createServer({ maxHeaderSize: 8192 }, (request, response) => {
    // A question that was given up in the middle has no socket any more.
    const { socket } = request;
    route(served, request, response).catch((error: unknown) => fail(socket, response, error, log));
    // What else it would say is not waited for.
    response.once('finish', () => request.complete || socket.destroySoon());
  });
  bound(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    /** Where it listens now. */
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bound(server: Server): void {
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;
  server.setTimeout(IDLE_MS);
  const byAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, count);
    socket.once('close', () => {
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    if (count > MOST_OF_ONE) socket.destroy();
  });
}

async function route(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  const isServed =
    (method === 'GET' && (await answerGet(served, request, response, url))) ||
    (method === 'POST' && (await answerPost(served, request, response, url)));
  if (!isServed) send(response, 404, 'text/plain', 'not found\n');
}

/** @returns whether there is such a thing */
async function answerGet(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<boolean> {
  const [, kind, name = ''] = /^\/(i|p)\/([A-Za-z0-9._+~-]{1,128})$/.exec(url) ?? [];
  if (kind === 'i') await serveScript(served, request, response, name);
  else if (kind === 'p') await served.servePackage(response, name);
  else if (url === '/nonce') sendJson(response, 200, { nonce: served.nonces.give() });
  else return false;
  return true;
}

/** @returns whether there is such a thing */
async function answerPost(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<boolean> {
  const verb = POSTED.get(url);
  if (verb === undefined) return false;
  const { socket } = request;
  const answer = await verb(served, await bodyOf(request), socket.remoteAddress ?? '');
  if (answer === undefined) socket.destroy();
  else sendJson(response, 200, answer);
  return true;
}

function fail(socket: Socket, response: ServerResponse, error: unknown, log: Log): void {
  // Who went away in the middle is no fault of ours, and cannot be told.
  if (response.headersSent || socket.destroyed) {
    socket.destroy();
    return;
  }
  if (error instanceof Refusal) {
    sendJson(response, error.status, { error: error.message });
    return;
  }
  log.error('cannot answer a guest', { error: messageOf(error) });
  const text = error instanceof UsageError ? error.message : 'the collector cannot answer now: try again';
  sendJson(response, 503, { error: text });
}
