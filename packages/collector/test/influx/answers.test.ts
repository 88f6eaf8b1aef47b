import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import type { Answer } from '@nestwatch/common/exchange';
import { describe, expect, test } from 'vitest';
import { checkWritten, readJson, StoreLostError, TooLargeError } from '../../src/influx/answers.ts';
import { identityOf } from '../../src/influx/identity.ts';

type Headers = Readonly<Record<string, string>>;
const answer = (status: number, headers: Headers, body = ''): Answer => ({
  status,
  headers,
  body: Buffer.from(body),
});

/** What the servers themselves were seen to answer: 1.6.7, 2.7.12, 3 Core 3.10, VictoriaMetrics 1.79, 1.112 and 1.145. */
const SERVERS = {
  v1: { 'x-influxdb-version': '1.6.7~rc0', 'x-influxdb-build': 'OSS' },
  v2: { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' },
  v3: { 'cluster-uuid': '0f0e' },
  other: {},
} as const;
type Server = keyof typeof SERVERS;
const PINGS: Record<Server, Answer> = {
  v1: answer(204, SERVERS.v1),
  v2: answer(204, SERVERS.v2),
  v3: answer(200, { ...SERVERS.v3, 'x-influxdb-version': '3.10.0' }, '{"version":"3.10.0"}'),
  other: answer(204, {}),
};
const identities = Object.fromEntries(
  Object.entries(PINGS).map(([name, ping]) => [name, identityOf(ping)]),
) as Record<Server, NonNullable<ReturnType<typeof identityOf>>>;

/** What becomes of a write that is answered so. */
function fate(server: Server, status: number, body: string, headers: Headers = SERVERS[server]) {
  try {
    checkWritten(answer(status, headers, body), identities[server], 'http://h/write');
    return 'written';
  } catch (error) {
    if (error instanceof TooLargeError) return 'too large';
    if (error instanceof PermanentError) return 'refused';
    if (error instanceof StoreLostError) return 'lost';
    return error instanceof RetryableError ? 'again' : error;
  }
}

describe('what an answer to a write means', () => {
  test.each<[Server, number, string, string]>([
    ['v1', 204, '', 'written'],
    ['v2', 204, '', 'written'],
    ['v3', 204, '', 'written'],
    ['other', 204, '', 'written'],
    ['v1', 400, `{"error":"unable to parse 'm,a=b f=': missing field value"}`, 'refused'],
    ['v1', 400, '{"error":"partial write: field type conflict: input field \\"f\\" dropped=1"}', 'refused'],
    ['v1', 400, '{"error":"partial write: points beyond retention policy dropped=1"}', 'refused'],
    ['v1', 413, '{"error":"Request Entity Too Large"}', 'too large'],
    ['v1', 404, '{"error":"database not found: \\"nestwatch\\""}', 'lost'],
    [
      'v2',
      422,
      '{"code":"unprocessable entity","message":"partial write: dropped 3 points outside retention"}',
      'refused',
    ],
    ['v2', 400, `{"code":"invalid","message":"unable to parse 'x': missing fields"}`, 'refused'],
    [
      'v2',
      413,
      '{"code":"request too large","message":"unable to read data: points batch is too large"}',
      'too large',
    ],
    ['v2', 404, '{"code":"not found","message":"bucket \\"labs\\" not found"}', 'lost'],
    ['v3', 400, '{"code":"invalid","message":"line protocol parse failed: no fields"}', 'refused'],
    ['v3', 500, '{"code":"internal error","message":"partial write of line protocol occurred"}', 'refused'],
    [
      'v3',
      413,
      '{"code":"request too large","message":"max request size (10485760 bytes) exceeded"}',
      'too large',
    ],
    [
      'other',
      400,
      `cannot process influx line protocol data: incorrect influx line "m,a=b f=": empty`,
      'refused',
    ],
    [
      'other',
      400,
      'remoteAddr: "127.0.0.1:1"; requestURI: /write?db=a; cannot parse influx line protocol data: incorrect influx line "m"',
      'refused',
    ],
  ])('of %s, %d %s: %s', (server, status, body, expected) => {
    expect(fate(server, status, body)).toBe(expected);
  });

  test.each<[Server, number, string]>([
    ['v1', 200, ''],
    ['v1', 200, '{"results":[{"statement_id":0}]}'],
    ['v1', 204, 'more'],
    ['v1', 400, '{"error":"database is required"}'],
    ['v1', 400, '{"error":"unexpected EOF"}'],
    ['v1', 400, 'unable to parse this'],
    ['v1', 400, '["unable to parse"]'],
    ['v1', 400, ''],
    ['v1', 401, '{"error":"authorization failed"}'],
    ['v1', 500, '{"error":"timeout writing points"}'],
    ['v1', 503, '{"error":"engine is closed"}'],
    ['v2', 404, '{"code":"not found","message":"organization name \\"no\\" not found"}'],
    ['v2', 429, '{"code":"too many requests","message":"exceeded write points limit"}'],
    ['v3', 500, '{"code":"internal error","message":"wal is full"}'],
    ['other', 200, '<html>'],
    ['other', 400, 'cannot process influx line protocol data: too big data size exceeding 64'],
    ['v1', 400, 'cannot process influx line protocol data: incorrect influx line "m"'],
    ['other', 413, '<html>Request Entity Too Large'],
  ])('of %s, %d %s: it is not written yet', (server, status, body) => {
    expect(fate(server, status, body)).toBe('again');
  });

  test.each<[Server, Headers]>([
    ['v1', {}],
    ['v1', { 'x-influxdb-version': 'nginx' }],
    ['v1', { 'x-influxdb-version': '11.6.7' }],
    ['v1', SERVERS.v2],
    ['v2', SERVERS.v1],
    ['v2', {}],
    ['v3', {}],
    ['v3', { 'cluster-uuid': 'another' }],
  ])('of %s, whatever it says with the headers %j: it is somebody else', (server, headers) => {
    expect(fate(server, 204, '', headers)).toBe('again');
    expect(fate(server, 400, `{"error":"unable to parse 'x'"}`, headers)).toBe('again');
    expect(fate(server, 413, '{"error":"Request Entity Too Large"}', headers)).toBe('again');
  });

  test('an upgrade of the server within its major version is still the same', () => {
    expect(fate('v1', 204, '', { 'x-influxdb-version': '1.8.10' })).toBe('written');
  });
});

test('what answers /ping in its place is not InfluxDB', () => {
  expect(identityOf(answer(200, { 'content-type': 'text/html' }, '<html>'))).toBeUndefined();
  expect(identityOf(answer(502, SERVERS.v1))).toBeUndefined();
  expect(identityOf(answer(401, {}))).toBeUndefined();
  expect(identityOf(answer(302, { location: '/login' }))).toBeUndefined();
});

describe('the answer to any other request', () => {
  const read = (status: number, body: string, headers: Headers = SERVERS.v1) =>
    readJson(answer(status, headers, body), identities.v1, 'http://h/query');

  test('is its JSON, or nothing', () => {
    expect(read(200, '{"results":[]}')).toEqual({ results: [] });
    expect(read(204, '')).toBeUndefined();
  });

  test.each([
    [200, '<html>', SERVERS.v1],
    [200, '{"results":[', SERVERS.v1],
    [200, '{"results":[]}', {}],
    [302, '', SERVERS.v1],
    [400, '<html>', SERVERS.v1],
    [400, '{"error":"x"}', {}],
  ])('%d %s with %j is not InfluxDB', (status, body, headers) => {
    expect(() => read(status, body, headers)).toThrow(RetryableError);
    expect(() => read(status, body, headers)).toThrow(`http://h/query is not from InfluxDB`);
  });

  test('is thrown where it refuses', () => {
    expect(() => read(400, '{"error":"error parsing query"}')).toThrow(PermanentError);
    expect(() => read(401, '{"error":"authorization failed"}')).toThrow(/answered 401: authorization failed/);
  });
});

test('what is shown of it is short, on one line, and harmless', () => {
  const body = `<h1>\u001b[2J\n\n\thttp://u:s3cret@h ${'x'.repeat(500)}`;
  const read = () => readJson(answer(502, {}, body), identities.v1, 'http://h/query');
  expect(read).toThrow(/: status 502, "<h1>\\u001b\[2J http:\/\/\*+@h x{50,120}…"$/);
});
