import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { defined } from './defined.ts';

/** One request and its answer over HTTP, bounded in time and in size. Redirects are not followed. */
export interface Exchange {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes are not copied, and must not change until it has ended. */
  readonly body?: Uint8Array | string;
  /** Certificate authority to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Checks the certificate of the server instead of Node. */
  readonly checkServerIdentity?: ConnectionOptions['checkServerIdentity'];
  /** Time for all of it, from the connection to the last byte of the answer, ms. */
  readonly limitMs: number;
  /** Longest time without a byte, ms. Default: the limit. */
  readonly idleMs?: number;
  /** Longest body of an answer that is read. */
  readonly mostBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer is longer than was allowed. */
export class AnswerTooLongError extends Error {}

/**
 * Asks, and resolves when the whole answer is there, whatever it says. What dribbles, hangs or never ends is cut.
 * @throws Error saying what is wrong: with the connection, with the time that it takes, or with the answer's length
 */
export function exchange(url: string, options: Exchange): Promise<Answer> {
  const { method, body = '', ca, checkServerIdentity, limitMs, idleMs = limitMs } = options;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const headers = { ...options.headers, 'content-length': bytes.length, 'accept-encoding': 'identity' };
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise<Answer>((resolve, reject) => {
    let answers = false;
    const trust = defined({ ca, checkServerIdentity });
    const sent = request(url, { method, headers, timeout: idleMs, ...trust }, (answer) => {
      answers = true;
      readAnswer(answer, options.mostBytes).then(end(resolve), end(fail));
    });
    const timer = setTimeout(() => fail(new Error(`no complete answer within ${limitMs} ms`)), limitMs);
    const end =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        settle(value);
      };
    const fail = end((error: Error) => {
      reject(error);
      sent.destroy();
    });
    sent.once('timeout', () => fail(new Error(`no answer within ${idleMs} ms`)));
    // A server may refuse, and close, before it has read all: what it says counts.
    sent.on('error', (error) => answers || fail(error));
    sent.once('close', () => answers || fail(new Error('the connection was closed without an answer')));
    sent.end(bytes);
  });
}

async function readAnswer(answer: IncomingMessage, mostBytes: number): Promise<Answer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) throw new AnswerTooLongError(`the answer is longer than ${mostBytes} bytes`);
    parts.push(part);
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) };
}
