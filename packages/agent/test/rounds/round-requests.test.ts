import { type RoundRequestShape, v1 } from '@nestwatch/proto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeRequest } from '../../src/rounds/round-requests.ts';

const limits = { size: 'small', windowMs: 60_000, refusal: '' } as const;
const judge = (request: RoundRequestShape, changes = {}) =>
  judgeRequest(v1.RoundRequest.encode(request).finish(), { ...limits, ...changes });

test('names that this version knows are accepted, in their order and once', () => {
  const { names, request, refusal } = judge({
    benchmarks: ['proc.spawn', 'rm -rf /', 'cpu.sha256', 'proc.spawn'],
    nominalMs: 1e12,
  });
  expect(refusal).toBe('');
  expect(names).toEqual(['proc.spawn', 'cpu.sha256']);
  expect(request).toMatchObject({ size: 'small', nominalMs: 1e12, untilMs: 1e12 + 60_000 });
});

test("a request can shorten a round, and not lengthen it beyond this node's limit", () => {
  const until = (windowSeconds: number) =>
    judge({ benchmarks: ['cpu.sha256'], nominalMs: 1e12, windowSeconds }).request?.untilMs;
  expect(until(5)).toBe(1e12 + 5000);
  expect(until(1e6)).toBe(1e12 + 60_000);
});

test.each([
  ['no name that is known', { benchmarks: ['x'], nominalMs: 1 }, /names no benchmark/],
  ['an unknown size', { benchmarks: ['cpu.sha256'], size: 'huge', nominalMs: 1 }, /unknown size "huge"/],
  ['no time', { benchmarks: ['cpu.sha256'] }, /not a time/],
  ['a time beyond all times', { benchmarks: ['cpu.sha256'], nominalMs: 9e15 }, /not a time/],
])('%s is refused with the reason', (_, request, reason) => {
  expect(judge(request).refusal).toMatch(reason);
});

test('what is off on the node is left out, and refused where nothing else is asked for', () => {
  const off = { off: ['guest.canary'] };
  expect(judge({ benchmarks: ['guest.canary', 'cpu.sha256'], nominalMs: 1 }, off)).toMatchObject({
    names: ['cpu.sha256'],
    refusal: '',
  });
  expect(judge({ benchmarks: ['guest.canary'], nominalMs: 1 }, off).refusal).toContain('benchmarks.off');
});

test('a node whose benchmarks are off says so', () => {
  expect(judge({ benchmarks: ['cpu.sha256'], nominalMs: 1 }, { refusal: 'off' })).toMatchObject({
    names: [],
    refusal: 'off',
  });
});

test('whatever bytes come in, there is an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { refusal, names, request } = judgeRequest(bytes, limits);
      expect(refusal === '' ? names.length > 0 && request !== undefined : request === undefined).toBe(true);
    }),
  );
});
