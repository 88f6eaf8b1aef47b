import { type TurnRequestShape, v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { parseTurnEntry, turnValue } from '../../src/turns/turn-entry.ts';
import { KEEP, parseTurnRequest, TAKE } from '../../src/turns/turn-request.ts';

const good = {
  want: TAKE,
  claim: 'a'.repeat(36),
  name: 'guest1',
  benchmark: 'cpu.sha256',
  round: 'r',
  limitMs: 5,
};
const parse = (changes: TurnRequestShape) =>
  parseTurnRequest(v1.TurnRequest.encode({ ...good, ...changes }).finish());

test('takes what a node asks for', () => {
  expect(parse({})).toEqual(good);
  expect(parse({ want: KEEP, name: '\u001b[31mred\u202e\r\n' })).toMatchObject({
    want: KEEP,
    name: '\ufffd[31mred\ufffd',
  });
});

test.each<[string, TurnRequestShape]>([
  ['no want', { want: 0 }],
  ['an unknown want', { want: 9 as never }],
  ['no claim', { claim: '' }],
  ['a claim of something else', { claim: '"}{"claim":"x"' }],
  ['a long claim', { claim: 'a'.repeat(65) }],
  ['a large request', { name: 'x'.repeat(5000) }],
])('refuses %s in one line', (_, changes) => {
  expect(parse(changes)).toMatch(/^[^\n]{10,100}$/);
});

test('refuses what is no request', () => {
  expect(parseTurnRequest(new Uint8Array([255, 255, 255]))).toBe('cannot decode the request');
  expect(parseTurnRequest(new Uint8Array())).toMatch(/what it requests/);
});

test('an entry is what an agent of 0.1.0 writes, with an end; anything may stand there', () => {
  const value = turnValue('guest1', good, 1234);
  expect(JSON.parse(value)).toEqual({
    node: 'guest1',
    name: 'guest1',
    benchmark: 'cpu.sha256',
    round: 'r',
    until: 1234,
    claim: good.claim,
  });
  expect(parseTurnEntry({ value, revision: 7 })).toMatchObject({
    node: 'guest1',
    revision: 7,
    untilMs: 1234,
  });
  for (const odd of ['', 'null', '[]', '{"node":7,"name":{},"until":"x"}', 'x'.repeat(10_000)]) {
    const parsed = parseTurnEntry({ value: odd, revision: 1 });
    expect(parsed).toMatchObject({ node: '', name: 'another node', untilMs: Number.POSITIVE_INFINITY });
  }
});
