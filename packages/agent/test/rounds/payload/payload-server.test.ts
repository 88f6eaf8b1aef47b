import { systemClock } from '@nestwatch/common/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { download, findAddress } from '../../../src/benchmarks/download.ts';
import { startPayloadServer } from '../../../src/rounds/payload/payload-server.ts';

const options = {
  node: 'guest1',
  address: '127.0.0.1',
  port: 0,
  token: 'secret',
  bytesPerSecond: 0,
  limitMs: 60_000,
};
const never = new AbortController().signal;
let server: Awaited<ReturnType<typeof startPayloadServer>>;
beforeEach(async () => {
  server = await startPayloadServer(options);
});
afterEach(() => server.close());

const url = (query = '?bytes=10') => `http://127.0.0.1:${server.port}/nestwatch/payload${query}`;
const authorization = { authorization: 'Bearer secret' };
const status = async (target: string, init: RequestInit = {}) => (await fetch(target, init)).status;
const target = (changes = {}) => ({
  node: 'guest1',
  token: 'secret',
  addresses: [`127.0.0.1:${server.port}`],
  ...changes,
});

test('serves the bytes that are asked for, to those who bear the token only', async () => {
  const response = await fetch(url('?bytes=3000000'), { headers: authorization });
  expect(response.headers.get('x-nestwatch-node')).toBe('guest1');
  expect((await response.arrayBuffer()).byteLength).toBe(3_000_000);
  expect(await status(url())).toBe(401);
  expect(await status(url(), { headers: { authorization: 'Bearer other' } })).toBe(401);
});

test('refuses other paths, methods and sizes', async () => {
  const headers = authorization;
  expect(await status(url().replace('payload', 'other'), { headers })).toBe(404);
  expect(await status(url(), { headers, method: 'POST' })).toBe(405);
  for (const bytes of ['', '0', '-1', '1e30', 'x'])
    expect(await status(url(`?bytes=${bytes}`), { headers })).toBe(400);
});

test('serves one at a time', async () => {
  const first = await fetch(url(`?bytes=${2 ** 32}`), { headers: authorization });
  expect(await status(url(), { headers: authorization })).toBe(503);
  await first.body?.cancel();
  const again = async () => (await status(url(), { headers: authorization })) === 200;
  await expect.poll(again, { timeout: 30_000 }).toBe(true);
});

/** What comes of a download from a server that holds back. */
async function downloadSlowly(limitMs: number, bytes: number) {
  const slow = await startPayloadServer({ ...options, bytesPerSecond: 4 * 1024 * 1024, limitMs });
  const address = `http://127.0.0.1:${slow.port}/nestwatch/payload`;
  return download(address, target(), bytes, systemClock, never, 60_000).finally(slow.close);
}

test('holds back at its rate and says so', async () => {
  expect(await downloadSlowly(60_000, 1024)).toMatchObject({ rate: String(4 * 1024 * 1024) });
});

test('breaks a transfer off at its time limit', async () => {
  // Sixteen seconds of work for a server that may take half a second.
  await expect(downloadSlowly(500, 64 * 1024 * 1024)).rejects.toThrow(/broke off|aborted|ECONNRESET/);
});

test('an address of somebody else, or with another token, is not the node', async () => {
  expect(await findAddress(target(), never)).toEqual({ state: 'known', value: url('') });
  expect(await findAddress(target({ node: 'guest2' }), never)).toMatchObject({ reason: /it is guest1/ });
  const other = await findAddress(target({ token: 'other' }), never);
  expect(other).toMatchObject({ state: 'absent', reason: `127.0.0.1:${server.port}: HTTP 401` });
  expect(await findAddress(target({ addresses: [] }), never)).toMatchObject({
    reason: 'it announced no address',
  });
});
