import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@nestwatch/common/clock';
import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import { createTurns } from '../delivery/in-turn.ts';
import { NoQueriesError } from '../influx/no-queries.ts';
import { readNodeDetail } from '../read/node-detail.ts';
import { readLabs } from '../read/nodes.ts';
import type { HistoryReader } from '../read/query.ts';
import { sendAsset } from './assets/assets.ts';
import { comparePage } from './compare/page.ts';
import { labFragments, labPage } from './html/lab-page.ts';
import { nodeFragments, nodePage } from './html/node-page.ts';
import { sendEvents } from './live/event-stream.ts';
import { createFeeds } from './live/feed.ts';
import { message, notFound, sendHtml, sendJson } from './respond.ts';
import { POLICY_WITH_FORM, SECURITY_HEADERS } from './security.ts';
import type { Handler } from './server.ts';
import { readLabView } from './view/read-lab-view.ts';
import type { LabView } from './view/view.ts';

interface PageOptions {
  /** Undefined while InfluxDB has not answered yet. */
  readonly store: () => HistoryReader | undefined;
  readonly clock: Clock;
  /** Time between two readings while somebody looks, ms. */
  readonly refreshMs: number;
  readonly signal: AbortSignal;
}

/** The lab page: every path that no other handler has. */
export function createPage(options: PageOptions): Handler {
  const view = (lab: string) => readLabView(storeOf(options), lab, options.clock.wallUs());
  const feeds = createFeeds(parts, options);
  const inTurn = createTurns();

  async function parts(lab: string, node: string | undefined) {
    const found = await view(lab);
    const machine = found.nodes.find((each) => each.node === node);
    if (node === undefined || machine === undefined) return labFragments(found);
    return nodeFragments(found, machine, await readNodeDetail(storeOf(options), lab, node));
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    switch (url.pathname) {
      case '/':
        return sendStart(response);
      case '/api/lab':
        return sendJson(response, await view(await wanted(url)));
      case '/events':
        return listen(url, request, response);
      default:
        return sendPage(url, response);
    }
  }

  async function sendStart(response: ServerResponse): Promise<void> {
    const [newest] = await readLabs(storeOf(options));
    if (newest !== undefined) return sendHtml(response, 200, labPage(await view(newest)));
    const text = 'Start an agent: this page shows it within seconds of its first report.';
    sendHtml(response, 200, message('Nothing has reported yet', text));
  }

  /** The page at /lab/LAB, /lab/LAB/node/NODE or /lab/LAB/compare. */
  async function sendPage(url: URL, response: ServerResponse): Promise<void> {
    // Ids need no escaping: a path with any is none of ours.
    const [first, lab, word, node, ...rest] = url.pathname.split('/').slice(1);
    if (first !== 'lab' || !isId(lab) || rest.length > 0) return notFound(response);
    const found = await view(lab);
    if (found.nodes.length === 0) return notFound(response);
    if (word === undefined) return sendHtml(response, 200, labPage(found));
    if (word === 'compare' && node === undefined) return sendComparison(found, url, response);
    const machine = found.nodes.find((each) => each.node === node);
    if (word !== 'node' || machine === undefined) return notFound(response);
    const detail = await readNodeDetail(storeOf(options), lab, machine.node);
    sendHtml(response, 200, nodePage(found, machine, detail));
  }

  async function sendComparison({ lab, labs, nowUs }: LabView, url: URL, response: ServerResponse) {
    // Weeks of all machines are read for it: one after the other, whoever asks.
    const page = await inTurn('compare', () =>
      comparePage(storeOf(options), { lab, labs, query: url.searchParams, nowUs }),
    );
    // The only page with a form, which may lead nowhere but here.
    response.setHeader('content-security-policy', POLICY_WITH_FORM);
    sendHtml(response, 200, page);
  }

  async function listen(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lab = await wanted(url);
    const node = url.searchParams.get('node') ?? undefined;
    if (!isId(lab)) return notFound(response);
    // Only what there is to see: every listener costs readings until it goes.
    const { nodes } = await view(lab);
    const isThere = node === undefined ? nodes.length > 0 : nodes.some((each) => each.node === node);
    if (!isThere) return notFound(response);
    const joined = feeds.join(lab, node);
    if (joined === undefined) return void response.writeHead(503, { 'retry-after': '30' }).end();
    sendEvents(request, response, joined);
  }

  async function wanted(url: URL): Promise<string> {
    const named = url.searchParams.get('lab');
    return named ?? (await readLabs(storeOf(options)))[0] ?? '';
  }

  return async (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (sendAsset(request, response)) return;
    if (options.store() !== undefined) return respond(request, response).catch(sayIfNothingToRead(response));
    const text = 'The collector tries until it does. Nothing is lost meanwhile.';
    sendHtml(response, 503, message('InfluxDB has not answered yet', text));
  };
}

/** Says why there is nothing to read: the server has no answers, refuses, or is away. @throws every other error */
function sayIfNothingToRead(response: ServerResponse) {
  return (error: unknown): void => {
    const isOfStore = error instanceof RetryableError || error instanceof PermanentError;
    if (!isOfStore || response.headersSent) throw error;
    const [status, heading] =
      error instanceof NoQueriesError
        ? [501, 'There is nothing to show here']
        : [503, 'InfluxDB cannot be read now'];
    sendHtml(response, status, message(heading, `${error.message}.`));
  };
}

function storeOf({ store }: PageOptions): HistoryReader {
  const found = store();
  if (found === undefined) throw new Error('InfluxDB has not answered yet');
  return found;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && ID_PATTERN.test(text);
}
