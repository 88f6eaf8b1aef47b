import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@nestwatch/common/clock';
import { ID_PATTERN } from '@nestwatch/proto';
import { readNodeDetail } from '../read/node-detail.ts';
import { readLabs } from '../read/nodes.ts';
import type { Reader } from '../read/query.ts';
import { assets } from './assets/assets.ts';
import { type Html, html } from './html/html.ts';
import { labFragments, labPage } from './html/lab-page.ts';
import { document } from './html/layout.ts';
import { nodeFragments, nodePage } from './html/node-page.ts';
import { sendEvents } from './live/event-stream.ts';
import { createFeed, type Feed } from './live/feed.ts';
import { allowedHost, SECURITY_HEADERS } from './security.ts';
import type { Handler } from './server.ts';
import { readLabView } from './view/read-lab-view.ts';

export interface PageOptions {
  /** Undefined while InfluxDB has not answered yet. */
  readonly store: () => Reader | undefined;
  readonly clock: Clock;
  /** Time between two readings while somebody looks, ms. */
  readonly refreshMs: number;
  /** Address that the server listens on: decides which host names a browser may ask for. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** At most so many pages are kept up to date at once: each costs a connection. */
const MAX_LISTENERS = 200;

/** The lab page: every path that no other handler has. */
export function createPage(options: PageOptions): Handler {
  const feeds = new Map<string, { feed: Feed; listeners: number }>();

  const view = async (lab: string) => readLabView(storeOf(options), lab, options.clock.wallUs());

  async function parts(lab: string, node: string | undefined) {
    const found = await view(lab);
    const machine = found.nodes.find((each) => each.node === node);
    if (node === undefined || machine === undefined) return labFragments(found);
    return nodeFragments(found, machine, await readNodeDetail(storeOf(options), lab, node));
  }

  /** Joins the feed of a page, made for its first listener and dropped after its last. */
  function join(lab: string, node: string | undefined): { feed: Feed; leave: () => void } {
    const key = `${lab}/${node ?? ''}`;
    const entry = feeds.get(key) ?? {
      feed: createFeed(() => parts(lab, node), options.refreshMs, options.signal),
      listeners: 0,
    };
    feeds.set(key, entry);
    entry.listeners++;
    const leave = () => {
      entry.listeners--;
      if (entry.listeners === 0) feeds.delete(key);
    };
    return { feed: entry.feed, leave };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    // Ids need no escaping: a path with any is none of ours.
    const [first, lab, word, node, ...rest] = url.pathname.split('/').slice(1);
    if (url.pathname === '/') return sendHtml(response, 200, await start(options, view));
    if (first === 'api' && lab === 'lab' && word === undefined)
      return sendJson(response, await view(await wanted(url)));
    if (first === 'events' && lab === undefined) return listen(url, request, response);
    if (first !== 'lab' || !isId(lab) || rest.length > 0) return notFound(response);
    const found = await view(lab);
    if (found.nodes.length === 0) return notFound(response);
    if (word === undefined) return sendHtml(response, 200, labPage(found));
    const machine = found.nodes.find((each) => each.node === node);
    if (word !== 'node' || machine === undefined) return notFound(response);
    const detail = await readNodeDetail(storeOf(options), lab, machine.node);
    sendHtml(response, 200, nodePage(found, machine, detail));
  }

  async function listen(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lab = await wanted(url);
    const node = url.searchParams.get('node') ?? undefined;
    if (!isId(lab) || (node !== undefined && !isId(node))) return notFound(response);
    const listeners = [...feeds.values()].reduce((sum, entry) => sum + entry.listeners, 0);
    if (listeners >= MAX_LISTENERS) return void response.writeHead(503, { 'retry-after': '30' }).end();
    const { feed, leave } = join(lab, node);
    sendEvents(request, response, feed, leave);
  }

  async function wanted(url: URL): Promise<string> {
    const named = url.searchParams.get('lab');
    return named ?? (await readLabs(storeOf(options)))[0] ?? '';
  }

  return async (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (!allowedHost(request.headers.host, options.host)) {
      return void response
        .writeHead(421, { 'content-type': 'text/plain' })
        .end('not served under this name\n');
    }
    const asset = assets.get(request.url?.split('?')[0] ?? '');
    if (asset !== undefined) return sendAsset(request, response, asset);
    if (options.store() === undefined) return sendHtml(response, 503, waiting());
    await respond(request, response);
  };
}

function storeOf({ store }: PageOptions): Reader {
  const found = store();
  if (found === undefined) throw new Error('InfluxDB has not answered yet');
  return found;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && ID_PATTERN.test(text);
}

async function start(
  options: PageOptions,
  view: (lab: string) => ReturnType<typeof readLabView>,
): Promise<Html> {
  const [newest] = await readLabs(storeOf(options));
  if (newest === undefined)
    return message(
      'Nothing has reported yet',
      'Start an agent: this page shows it within seconds of its first report.',
    );
  return labPage(await view(newest));
}

function waiting(): Html {
  return message(
    'InfluxDB has not answered yet',
    'The collector tries until it does. Nothing is lost meanwhile.',
  );
}

function message(heading: string, text: string): Html {
  const body = html`<h1>${heading}</h1><p class="intro">${text} <a href="/">Look again</a></p>`;
  return document({ title: heading, lab: '', labs: [], body });
}

function sendHtml(response: ServerResponse, status: number, page: Html): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page.text);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}

function notFound(response: ServerResponse): void {
  sendHtml(
    response,
    404,
    message('There is no such page', 'The lab or the machine may have another name now.'),
  );
}

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: { type: string; text: string; etag: string },
): void {
  const headers = { 'content-type': asset.type, etag: asset.etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === asset.etag) return void response.writeHead(304, headers).end();
  response.writeHead(200, headers).end(asset.text);
}
