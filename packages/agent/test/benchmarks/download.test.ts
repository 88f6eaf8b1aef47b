import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@nestwatch/common/clock';
import { afterEach, expect, test } from 'vitest';
import { download, findAddress } from '../../src/benchmarks/download.ts';
import { proofOf } from '../../src/benchmarks/payload-protocol.ts';

const never = new AbortController().signal;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on loopback that answers as it likes, and what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'no token'}`);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, address, url: `http://${address}/nestwatch/payload` };
}

const target = (address: string, changes = {}) => ({
  ...{ node: 'a', token: 'secret', addresses: [address] },
  ...changes,
});

/** As a node that is what it says. */
function prove({ headers }: IncomingMessage, response: ServerResponse, token = 'secret'): void {
  const challenge = String(headers['x-nestwatch-challenge']);
  response.setHeader('x-nestwatch-node', 'a');
  response.setHeader('x-nestwatch-proof', proofOf(token, 'a', challenge));
}

test('who cannot prove to be the node sees no token, whatever it answers', async () => {
  const answers: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['HTTP 200', (_, response) => response.end()],
    ['HTTP 401', (_, response) => response.writeHead(401).end()],
    ['HTTP 302', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/x' }).end()],
    ['HTTP 200', (_, response) => response.writeHead(200, { 'x-nestwatch-node': 'a' }).end()],
    [
      'HTTP 200',
      (request, response) => {
        prove(request, response, 'guessed');
        response.end();
      },
    ],
    ['it is b', (_, response) => response.writeHead(200, { 'x-nestwatch-node': 'b' }).end()],
    [
      'it is somebody else',
      (_, response) => response.writeHead(200, { 'x-nestwatch-node': '\u009b31m' }).end(),
    ],
  ];
  for (const [reason, answer] of answers) {
    const { address, asked } = await serve(answer);
    expect(await findAddress(target(address), never)).toMatchObject({ reason: `${address}: ${reason}` });
    expect(asked).toEqual(['HEAD /nestwatch/payload no token']);
  }
});

test('an agent of 0.1.0 is told the token of the round only when it refuses who has none, as it does', async () => {
  const older = (status: number) => (request: IncomingMessage, response: ServerResponse) => {
    const isKnown = request.headers.authorization === 'Bearer secret';
    if (isKnown) response.setHeader('x-nestwatch-node', 'a');
    response.writeHead(isKnown ? 200 : status).end();
  };
  const real = await serve(older(401));
  expect(await findAddress(target(real.address, { isOlder: true }), never)).toMatchObject({
    value: real.url,
  });
  expect(await findAddress(target(real.address), never)).toMatchObject({ reason: /HTTP 401/ });
  const service = (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('www-authenticate', 'Basic realm="InfluxDB"');
    older(401)(request, response);
  };
  for (const other of [await serve(older(200)), await serve(service)]) {
    expect(await findAddress(target(other.address, { isOlder: true }), never)).toMatchObject({
      reason: /HTTP (200|401)/,
    });
    expect(other.asked).toEqual(['HEAD /nestwatch/payload no token']);
  }
});

test('of an answer no more is read than was asked for', async () => {
  let sent = 0;
  const { url } = await serve((_, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const all = download(url, target(''), 100_000, systemClock, never, 60_000);
  await expect(all).rejects.toThrow('HTTP 200 with more than 100000 bytes');
  expect(sent).toBeLessThan(64 * 1024 ** 2);
});

test.each([
  [302, 'HTTP 302'],
  [401, 'HTTP 401'],
  [500, 'HTTP 500'],
])('an answer of %i is not followed, nor read', async (status, reason) => {
  const elsewhere = await serve((_, response) => response.end());
  const { url, asked } = await serve((_, response) => {
    response.writeHead(status, { location: elsewhere.url });
    response.write('x'.repeat(100));
  });
  await expect(download(url, target(''), 10, systemClock, never, 60_000)).rejects.toThrow(reason);
  expect(asked).toHaveLength(1);
  expect(elsewhere.asked).toEqual([]);
});

test('a rate that is no number is not taken', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'x-nestwatch-rate': '5; rm' }).end('1234567890');
  });
  expect(await download(url, target(''), 10, systemClock, never, 60_000)).toEqual({
    durationUs: expect.any(Number),
  });
});
