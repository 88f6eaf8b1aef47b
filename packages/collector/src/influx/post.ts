import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { defined } from '@nestwatch/common/defined';

export interface PostOptions {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Certificate authority of the server, PEM. */
  ca: string | undefined;
  timeoutMs: number;
}

/** An answer that is no success; as the client of InfluxDB throws it. */
export interface Refusal {
  statusCode: number;
  body: string;
}

/**
 * Posts bytes and resolves when the server took them. They must not change until it has ended.
 * @throws Refusal, or what Node says of the connection
 */
export type Post = (path: string, body: Uint8Array) => Promise<void>;

/**
 * Posts without copying. The client of InfluxDB takes a body as a text only, of which it makes bytes anew: for a batch of
 * several MB that is memory which the system has to give and to clear each time, and as dear as writing the lines.
 */
export function createPost({ url, headers, ca, timeoutMs }: PostOptions): Post {
  const base = url.replace(/\/+$/, '');
  const request = base.startsWith('https:') ? requestHttps : requestHttp;
  const same = { method: 'POST', timeout: timeoutMs, ...defined({ ca }) };
  return (path, body) =>
    new Promise((resolve, reject) => {
      const options = { ...same, headers: { ...headers, 'content-length': body.length } };
      const sent = request(base + path, options, (answer) => {
        let text = '';
        const { statusCode = 0 } = answer;
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.once('error', reject);
        answer.once('end', () => {
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject({ statusCode, body: text } satisfies Refusal);
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.once('error', reject);
      sent.end(body);
    });
}
