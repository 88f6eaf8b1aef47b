import { expect, test } from 'vitest';
import { addressOf, pathOf, queryOf, timesOf } from '../../../src/web/address/lab-address.ts';

const NOW_US = Date.parse('2026-11-28T12:00:00Z') * 1000;
const HOUR_US = 3600e6;
const read = (query: string) => addressOf({ lab: 'a' }, new URLSearchParams(query), NOW_US);

test('an address without anything shows the last hour, and what is different since yesterday', () => {
  const { address, problems } = read('');
  expect(problems).toEqual([]);
  expect(pathOf(address)).toBe('/lab/a');
  const times = { fromUs: NOW_US - HOUR_US, toUs: NOW_US, isLive: true, sinceUs: NOW_US - 24 * HOUR_US };
  expect(timesOf(address, NOW_US)).toEqual(times);
});

test.each([
  ['span=7d', -168, 0, -168],
  ['span=7d&since=1h', -168, 0, -1],
  ['from=2026-11-28T06:00&to=2026-11-28T08:00', -6, -4, -28],
  ['from=2026-11-25', -84, 0, -84],
])('%s is from %i h to %i h, different since %i h', (query, from, to, since) => {
  const { address, problems } = read(query);
  expect(problems).toEqual([]);
  const times = timesOf(address, NOW_US);
  const hours = [times.fromUs, times.toUs, times.sinceUs].map((us) => (us - NOW_US) / HOUR_US);
  expect(hours).toEqual([from, to, since]);
  expect(times.isLive).toBe(to === 0);
  // What it shows can be kept and sent.
  expect(read(queryOf(address)).address).toEqual(address);
});

test('a link keeps what is seen, and changes one thing in it', () => {
  const { address } = read('show=steal&span=1d&unfold=n1&unfold=n2&open=n3');
  expect(pathOf(address, { open: undefined })).toBe('/lab/a?show=steal&span=1d&unfold=n1&unfold=n2');
  expect(pathOf({ ...address, node: 'n3' }, { span: '7d', unfold: [] })).toBe(
    '/lab/a/node/n3?show=steal&span=7d&open=n3',
  );
});

test.each([
  ['show=all', 'show all is not allowed: give slowdown, parent'],
  ['span=yesterday', 'span yesterday is not allowed: give a time from 1m to 800d'],
  ['span=5000d', 'span 5000d is not allowed'],
  ['since=2030-01-01', 'since 2030-01-01 is not allowed: give a moment that was'],
  ['open=%3Cscript%3E', 'open <script> is not allowed: give the id of a machine'],
  ['from=2026-11-28T08:00&to=2026-11-28T06:00', 'from has to be a minute or more before to'],
])('%s is said to be wrong, and the rest is shown', (query, problem) => {
  const { address, problems } = read(`${query}&unfold=n1&unfold=../x`);
  expect(problems.join()).toContain(problem);
  expect(pathOf(address)).toBe('/lab/a?unfold=n1');
});
