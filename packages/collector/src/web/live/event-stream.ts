import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Feed } from './feed.ts';

/** Proxies and browsers give up connections on which nothing comes. */
const HEARTBEAT_MS = 15_000;

/** Sends a feed as server-sent events until the client goes. Resolves at once. */
export function sendEvents(request: IncomingMessage, response: ServerResponse, listen: Feed['listen']): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write('retry: 3000\n\n');
  const send = (event: string, data: unknown) => {
    // One who does not read gets nothing more until he has: memory stays bounded, and he misses only older states.
    if (response.writableNeedDrain) return;
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const stop = listen({
    parts: (changed) => send('parts', changed),
    trouble: (reason) => send('trouble', reason),
  });
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  request.once('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}
