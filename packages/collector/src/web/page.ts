import type { IncomingMessage, ServerResponse } from 'node:http';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import { createTurns } from '../delivery/in-turn.ts';
import { NoQueriesError } from '../influx/no-queries.ts';
import { createHeldReader } from '../read/held-reader.ts';
import { readLabSummaries } from '../read/lab-summaries.ts';
import { readNodeDetail } from '../read/node-detail.ts';
import { readLabs, readNodes } from '../read/nodes.ts';
import { readOutside } from '../read/outside.ts';
import type { HistoryReader } from '../read/query.ts';
import { addressOf, type LabAddress, queryOf } from './address/lab-address.ts';
import { sendAsset } from './assets/assets.ts';
import { comparePage } from './compare/page.ts';
import { labFragments, labPage, waitingPage } from './html/lab-page.ts';
import { labsFragments, labsPage } from './html/labs-page.ts';
import type { Fragments } from './html/layout.ts';
import { nodeFragments, nodePage } from './html/node-page.ts';
import { sendEvents } from './live/event-stream.ts';
import { createFeeds } from './live/feed.ts';
import { message, notFound, sendHtml, sendJson } from './respond.ts';
import { POLICY_WITH_FORM, SECURITY_HEADERS } from './security.ts';
import type { Handler } from './server.ts';
import { pageRequest } from './view/lab-request.ts';
import { readLabView } from './view/read-lab-view.ts';
import { readChangesPart, readPageView } from './view/read-page.ts';

interface PageOptions {
  /** Undefined while InfluxDB has not answered yet. */
  readonly store: () => HistoryReader | undefined;
  readonly clock: Clock;
  /** Time between two readings while somebody looks, ms. */
  readonly refreshMs: number;
  readonly signal: AbortSignal;
  /** What takes longer is shown without its figures at first, ms. */
  readonly slowMs?: number;
}

const SLOW_MS = 3000;

/** The lab page: every path that no other handler has. */
export function createPage(options: PageOptions): Handler {
  const { clock, slowMs = SLOW_MS } = options;
  const feeds = createFeeds(options);
  const inTurn = createTurns();
  let held: { readonly of: HistoryReader; readonly reader: HistoryReader } | undefined;

  function reader(): HistoryReader {
    const store = storeOf(options);
    if (held?.of !== store) held = { of: store, reader: createHeldReader(store, clock) };
    return held.reader;
  }

  /** All that a page of a lab, or of a machine, shows; undefined where there is no such thing. */
  async function readPart(address: LabAddress, problems: readonly string[] = []) {
    const nowUs = clock.wallUs();
    const [view, changes] = await Promise.all([
      readPageView(reader(), address, nowUs),
      readChangesPart(reader(), address, nowUs),
    ]);
    const machine = view.nodes.find(({ node }) => node === address.node);
    // In a time that is past a lab may have had nobody: that is said.
    const isThere =
      address.node === undefined ? view.nodes.length > 0 || !view.isLive : machine !== undefined;
    if (!isThere) return undefined;
    const part = { view, address, changes, problems };
    if (machine === undefined) return { fragments: labFragments(part), page: () => labPage(part) };
    const [detail, outside] = await Promise.all([
      readNodeDetail(reader(), address.lab, machine.node),
      readOutside(reader(), address.lab, machine),
    ]);
    const all = { ...part, machine, detail, outside };
    return { fragments: nodeFragments(all), page: () => nodePage(all) };
  }

  async function readLabsPart() {
    const nowUs = clock.wallUs();
    const labs = await readLabSummaries(reader(), nowUs);
    return { fragments: labsFragments(labs, nowUs), page: () => labsPage(labs, nowUs), labs };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    switch (url.pathname) {
      case '/':
        return sendStart(url, response);
      case '/api/lab':
        return sendJson(response, await viewOf(await wanted(url)));
      case '/events':
        return listen(url, request, response);
      default:
        return sendPage(url, response);
    }
  }

  function viewOf(lab: string) {
    const nowUs = clock.wallUs();
    const times = { fromUs: nowUs - 3600e6, toUs: nowUs, isLive: true, sinceUs: nowUs };
    return readLabView(reader(), pageRequest(lab, times));
  }

  /** All labs, or the only one. */
  async function sendStart(url: URL, response: ServerResponse): Promise<void> {
    const [first, ...others] = await readLabs(reader());
    if (first !== undefined && others.length === 0) return sendLab({ lab: first }, url, response);
    if (first !== undefined) return sendHtml(response, 200, (await readLabsPart()).page());
    const text = 'Start an agent. This page shows it a few seconds after its first report.';
    sendHtml(response, 200, message('No reports yet', text));
  }

  /** The page at /lab/LAB, /lab/LAB/node/NODE or /lab/LAB/compare. */
  async function sendPage(url: URL, response: ServerResponse): Promise<void> {
    // Ids need no escaping: a path with any is none of ours.
    const [first, lab, word, node, ...rest] = url.pathname.split('/').slice(1);
    if (first !== 'lab' || !isId(lab) || rest.length > 0) return notFound(response);
    if (word === undefined) return sendLab({ lab }, url, response);
    if (word === 'compare' && node === undefined) return sendComparison(lab, url, response);
    if (word !== 'node' || !isId(node)) return notFound(response);
    return sendLab({ lab, node }, url, response);
  }

  async function sendLab(
    of: Pick<LabAddress, 'lab' | 'node'>,
    { searchParams }: URL,
    response: ServerResponse,
  ): Promise<void> {
    const { address, problems } = addressOf(of, searchParams, clock.wallUs());
    const slow = new AbortController();
    const reading = readPart(address, problems);
    const part = await Promise.race([reading, pause(slowMs, slow.signal).then(() => 'slow' as const)]);
    slow.abort();
    if (part === 'slow') {
      // Whoever listens to the page hears how it ended.
      reading.catch(() => undefined);
      return sendHtml(response, 200, waitingPage(address));
    }
    if (part === undefined) return notFound(response);
    // Any other time is asked for by a form, which may lead nowhere but here.
    if (of.node === undefined) response.setHeader('content-security-policy', POLICY_WITH_FORM);
    sendHtml(response, 200, part.page());
  }

  async function sendComparison(lab: string, url: URL, response: ServerResponse): Promise<void> {
    const labs = await readLabs(reader());
    if (!labs.includes(lab)) return notFound(response);
    const query = url.searchParams;
    // Weeks of all machines are read for it: one after the other, whoever asks.
    const page = await inTurn('compare', () =>
      comparePage(storeOf(options), { lab, labs, query, nowUs: clock.wallUs() }),
    );
    // A page with a form, which may lead nowhere but here.
    response.setHeader('content-security-policy', POLICY_WITH_FORM);
    sendHtml(response, 200, page);
  }

  async function listen(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = url.searchParams.has('labs')
      ? { key: 'labs', make: async () => (await readLabsPart()).fragments }
      : await pageFeed(url.searchParams);
    if (found === undefined) return notFound(response);
    const joined = feeds.join(found.key, found.make);
    if (joined === undefined) return void response.writeHead(503, { 'retry-after': '30' }).end();
    sendEvents(request, response, joined);
  }

  /** Only of what there is to see: every listener costs readings until it goes. */
  async function pageFeed(
    query: URLSearchParams,
  ): Promise<{ key: string; make: () => Promise<Fragments> } | undefined> {
    const [lab, node] = [query.get('lab') ?? '', query.get('node') ?? undefined];
    if (!isId(lab) || (node !== undefined && !isId(node))) return undefined;
    const of = node === undefined ? { lab } : { lab, node };
    const { address, problems } = addressOf(of, query, clock.wallUs());
    const nodes = await readNodes(reader());
    if (!nodes.some((each) => each.lab === lab && (node ?? each.node) === each.node)) return undefined;
    const make = async () => (await readPart(address, problems))?.fragments ?? {};
    return { key: `${lab}/${node ?? ''}?${queryOf(address)}`, make };
  }

  async function wanted(url: URL): Promise<string> {
    const named = url.searchParams.get('lab');
    return named ?? (await readLabs(reader()))[0] ?? '';
  }

  return async (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (sendAsset(request, response)) return;
    if (options.store() !== undefined) return respond(request, response).catch(sayIfNothingToRead(response));
    const text = 'The collector keeps retrying. No data is lost in the meantime.';
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
