import type { ServerResponse } from 'node:http';
import { type Html, html } from './html/html.ts';
import { document } from './html/layout.ts';

/** A page that only says something. */
export function message(heading: string, text: string): Html {
  const body = html`<h1>${heading}</h1><p class="intro">${text} <a href="/">Look again</a></p>`;
  return document({ title: heading, lab: '', labs: [], body });
}

export function sendHtml(response: ServerResponse, status: number, page: Html): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page.text);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}

export function notFound(response: ServerResponse): void {
  const text = 'The lab or the machine may have been renamed.';
  sendHtml(response, 404, message('Page not found', text));
}
