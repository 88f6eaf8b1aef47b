import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createGuesses } from '../../src/invite/guesses.ts';
import { listen, type Served } from '../../src/invite/listener.ts';
import { createNonces } from '../../src/invite/nonce.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A listener that knows no invitation and no node. */
async function listener() {
  const served = {
    invitations: { find: async () => undefined, nodeOf: async () => undefined, nowMs: Date.now },
    nonces: createNonces(Date.now),
    guesses: createGuesses(Date.now, async () => undefined),
    log: quiet,
    servePackage: async () => undefined,
  } as unknown as Served;
  return listen('127.0.0.1', 0, served, quiet);
}

/** Sends bytes as they are, and gives what comes back until the end of the connection. */
function speak(port: number, text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (data) => {
      heard += String(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done(heard));
  });
}

test('what is too long, torn or no HTTP ends its own connection, and nothing else', async () => {
  const { port, close } = await listener();
  const chunked = 'POST /enrol HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await speak(port, `${chunked}2710\r\n${'x'.repeat(10_000)}\r\n`)).not.toContain('200');
  expect(await speak(port, 'POST /enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n')).toContain(
    ' 413 ',
  );
  expect(await speak(port, `GET /i/a HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(9000)}\r\n\r\n`)).toContain(
    ' 431 ',
  );
  expect(await speak(port, 'nonsense\r\n\r\n')).toContain(' 400 ');
  expect(await speak(port, 'GET /nonce HTTP/1.1\r\nhost: x\r\n\r\n')).toContain('"nonce"');
  expect(await speak(port, 'PUT /enrol HTTP/1.1\r\nhost: x\r\n\r\n')).toContain(' 404 ');
  await close();
});

test('of one address only so many connections are taken at once', async () => {
  const { port, close } = await listener();
  const sockets = Array.from({ length: 60 }, () => connect(port, '127.0.0.1'));
  let ended = 0;
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      ended += 1;
    });
  }
  await expect.poll(() => ended, { timeout: 10_000 }).toBe(12);
  for (const socket of sockets) socket.destroy();
  await expect
    .poll(() => speak(port, 'GET /nonce HTTP/1.1\r\nhost: x\r\n\r\n'), { timeout: 10_000 })
    .toContain('nonce');
  await close();
});
