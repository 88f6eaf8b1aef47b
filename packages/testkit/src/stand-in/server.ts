import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Given, Route } from './given.ts';
import { RECORDED } from './recorded.ts';
import { answer1 } from './version-1.ts';
import { answer2 } from './version-2.ts';
import { answer3 } from './version-3.ts';

const ROUTES: Readonly<Record<string, Route>> = { 1: answer1, 2: answer2, 3: answer3 };

/** A client on a busy machine may take long from one request to the next. */
const KEEP_ALIVE_MS = 120_000;

/**
 * A stand-in of InfluxDB on a free loopback port: a real HTTP server, which answers as 1.6.7, 2.7.12 or 3 Core 3.10 were
 * seen to, for what cannot be had or brought about here. Where a real server can be, tests use that.
 */
export async function startStandIn(given: Partial<Given> & Pick<Given, 'version'>) {
  const state: Given = {
    databases: new Set(),
    organisation: 'nestwatch',
    rights: 'all',
    keepsMs: Number.POSITIVE_INFINITY,
    flushEveryMs: 0,
    mostDays: Number.POSITIVE_INFINITY,
    types: new Map(),
    points: 0,
    writing: 0,
    mostWriting: 0,
    asked: [],
    ...given,
  };
  const route = routeOf(given.version);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(request, response).catch((error: Error) => response.destroy(error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { method = '', headers } = request;
    if (!url.pathname.endsWith('/write')) state.asked.push(`${method} ${url.pathname}${url.search}`);
    const question = { method, url, headers, body: Buffer.concat(parts) };
    const { status, body = '', headers: more } = await route(question, state);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { ...RECORDED.headers(state.version), ...more }).end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What it has, and what it was asked; may be changed. */
    state,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routeOf(version: string): Route {
  const route = ROUTES[version[0] ?? ''];
  if (route === undefined) throw new Error(`there is no stand-in for InfluxDB ${version}`);
  return route;
}
