import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';

/**
 * Posts bytes, which must not change until it has ended, and resolves when the server took them.
 *
 * They are not copied. The client of InfluxDB takes a body as a text only, of which it makes bytes anew: for a batch of
 * several MB that is memory which the system has to give and to clear each time, and as dear as writing the lines.
 * @throws `{ statusCode, body }`, as the client of InfluxDB does, for an answer that is no success; else what Node says
 *   of the connection
 */
export function postBytes(url: string, body: Uint8Array, options: RequestOptions): Promise<void> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const headers = { ...options.headers, 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, method: 'POST', headers }, (answer) => {
      let text = '';
      const { statusCode = 0 } = answer;
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject({ statusCode, body: text });
      });
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${options.timeout} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}
