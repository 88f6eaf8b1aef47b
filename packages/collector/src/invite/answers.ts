import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './refusal.ts';

const MOST_BODY_BYTES = 4096;

/** @throws Refusal when it is longer than a question may be, or no JSON object of texts */
export async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, string>>> {
  // Who ends in the middle of a question hears no answer: what says how long it is is refused before.
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLong();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES) throw tooLong();
    parts.push(part);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof body === 'object' && body !== null) {
      const texts = Object.entries(body).filter(([, value]) => typeof value === 'string');
      return Object.fromEntries(texts) as Record<string, string>;
    }
  } catch {
    // As for what is something else.
  }
  throw new Refusal(400, 'this is not a request of an installer');
}

function tooLong(): Refusal {
  return new Refusal(413, 'the request is too long');
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

export function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent) return;
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
  };
  response.writeHead(status, headers).end(text);
}
