import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { loginHeader, postJson } from '../../../src/alerting/sinks/post.ts';

let close: () => unknown = () => undefined;
afterEach(() => close());

/** The address of a server of its own, with a password and a secret path. */
async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://me:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cret`;
}

const refusal = (sent: Promise<void>) =>
  sent.then(
    () => 'taken',
    (error: Error) => error.message,
  );

test('any success is one, and the login goes along', async () => {
  const seen: (string | undefined)[] = [];
  const url = await served((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(202).end('ok');
  });
  expect(await refusal(postJson({ url }, {}))).toBe('taken');
  expect(await refusal(postJson({ url, headers: loginHeader({ token: 't0ken' }) }, {}))).toBe('taken');
  expect(seen).toEqual([`Basic ${Buffer.from('me:s3cret').toString('base64')}`, 'Bearer t0ken']);
});

test.each<[string, RequestListener, RegExp]>([
  ['a redirect', (_, response) => response.writeHead(302, { location: '/login' }).end(), /answered 302: $/],
  ['a refusal', (_, response) => response.writeHead(403).end('\u001b[2Jno\n'), /answered 403: \\u001b\[2Jno/],
  [
    'an answer without an end',
    (_, response) => {
      const part = Buffer.alloc(1024 ** 2);
      const more = () => {
        while (!response.destroyed && response.write(part));
        response.once('drain', more);
      };
      more();
    },
    /longer than 65536 bytes/,
  ],
  ['an answer that breaks off', (_, response) => void response.socket?.destroy(), /ECONNRESET|hang up/],
])('%s is none, and no secret is said', async (_, listener, message) => {
  const said = await refusal(
    postJson({ url: await served(listener), headers: loginHeader({ token: 't0ken' }) }, {}),
  );
  expect(said).toMatch(message);
  expect(said).toMatch(/^http:\/\/\*{8}@127\.0\.0\.1:\d+\/\*{8}[: ]/);
  expect(said).not.toMatch(/s3cret|t0ken/);
});
