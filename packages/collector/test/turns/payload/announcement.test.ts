import { type PayloadRequestShape, v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { parseAnnouncement, parseOlderServer } from '../../../src/turns/payload/announcement.ts';

const NOW_MS = Date.parse('2026-01-31T06:00:00Z');
const DAY_MS = 86_400_000;
const good = {
  round: `net_http-${NOW_MS}`,
  name: 'guest1',
  addresses: ['192.0.2.7:8080', '[2001:db8::7]:8080'],
  parent: 'guest0',
  done: false,
  token: 'a'.repeat(32),
};
const parse = (changes: PayloadRequestShape) =>
  parseAnnouncement('guest1', v1.PayloadRequest.encode({ ...good, ...changes }).finish(), NOW_MS);

test('takes what a node says of itself', () => {
  expect(parse({ layer: 1 })).toEqual({
    round: good.round,
    epoch: '',
    at: 0,
    server: {
      ...{ node: 'guest1', name: 'guest1', addresses: good.addresses, layer: 1, parent: 'guest0' },
      ...{ token: good.token, done: false },
    },
  });
  expect(parse({ name: 'a\u0007b', parent: '../x', layer: 4000 })).toMatchObject({
    server: { name: 'a\ufffdb', parent: '' },
  });
});

test.each([
  '127.0.0.1:8086/query?q=DROP',
  '127.0.0.1:8086?x',
  '127.0.0.1:8086#x',
  'user@127.0.0.1:8086',
  'user:pass@127.0.0.1:80',
  'example.org:80',
  'localhost:80',
  '2130706433:80',
  '0x7f.1:80',
  '0177.0.0.1:80',
  '127.1:80',
  '127.0.0.1',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  '127.0.0.1:080',
  '127.0.0.1:80\r\nX: y',
  ' 127.0.0.1:80',
  '[fe80::1%eth0]:80',
  'fe80::1:80',
  '[::1]',
  '[127.0.0.1]:80',
  '1.2.3.4:80@5.6.7.8:90',
  'https://1.2.3.4:80',
  '１２７.0.0.1:80',
  '',
])('refuses %j as an address, in one line', (address) => {
  expect(parse({ addresses: ['192.0.2.7:80', address] })).toMatch(
    /^"[^\n]{0,80}" is not an address and a port$/,
  );
});

test.each<[string, PayloadRequestShape]>([
  ['too many addresses', { addresses: Array(17).fill('192.0.2.7:80') }],
  ['a round of another key', { round: '$KV.other' }],
  ['a round that goes on', { round: `net_http-${NOW_MS}.x` }],
  ['a round of the day before yesterday', { round: `net_http-${NOW_MS - 2 * DAY_MS}` }],
  ['a round of tomorrow', { round: `net_http-${NOW_MS + DAY_MS}` }],
  ['no token', { token: '' }],
  ['a token with a line break', { token: `${'a'.repeat(30)}\r\n` }],
  ['a large one', { name: 'x'.repeat(10_000) }],
])('refuses %s', (_, changes) => {
  expect(parse(changes)).toMatch(/^[^\n]{10,100}$/);
});

test('of an agent of 0.1.0 it takes what it can use, and only under its own key', () => {
  const { token: _, round: __, ...said } = good;
  const bytes = v1.PayloadServer.encode({
    ...said,
    node: 'guest1',
    addresses: [...said.addresses, 'example.org:80', '10.0.0.1:80/x'],
  }).finish();
  expect(parseOlderServer('guest1', bytes)).toMatchObject({ addresses: good.addresses, token: '' });
  expect(parseOlderServer('guest2', bytes)).toBeUndefined();
  expect(parseOlderServer('guest1', new Uint8Array([255]))).toBeUndefined();
});
