import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import icon from './icon.svg?raw';
import morph from './morph.js?raw';
import overview from './overview.css?raw';
import style from './page.css?raw';
import script from './page.js?raw';
import spans from './spans.js?raw';
import views from './views.js?raw';
import zoom from './zoom.js?raw';

/** The page's files, by path. They are part of the program, so nothing else has to be installed. */
const assets = new Map([
  ...styles({ page: style, overview }),
  ...scripts({ page: script, morph, spans, views, zoom }),
  ['/assets/icon.svg', asset('image/svg+xml', icon)],
]);

function styles(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(
    ([name, text]) => [`/assets/${name}.css`, asset('text/css; charset=utf-8', text)] as const,
  );
}

function scripts(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(
    ([name, text]) => [`/assets/${name}.js`, asset('text/javascript; charset=utf-8', text)] as const,
  );
}

function asset(type: string, text: string) {
  return { type, text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"` };
}

/** Answers with one of the page's files; false for other paths. */
export function sendAsset(request: IncomingMessage, response: ServerResponse): boolean {
  const asset = assets.get(request.url?.split('?')[0] ?? '');
  if (asset === undefined) return false;
  const headers = { 'content-type': asset.type, etag: asset.etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === asset.etag) response.writeHead(304, headers).end();
  else response.writeHead(200, headers).end(asset.text);
  return true;
}
