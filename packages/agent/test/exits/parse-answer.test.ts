import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnswer } from '../../src/exits/parse-answer.ts';
import { TRACE_LIMITS } from '../../src/exits/trace.ts';

const trace = {
  seconds: 10,
  method: 'sums',
  missedRatio: 0.1,
  processes: [{ pid: 7, reasons: [{ reason: 'npf', nested: false, count: 3, meanUs: 4.5 }] }],
};
const answer = (value: object, more = {}) => parseAnswer(JSON.stringify({ state: 'known', value, ...more }));

test('an answer of the helper is a trace, whatever else stands in it', () => {
  expect(answer(trace, { startedMs: 5 })).toEqual({ state: 'known', value: trace });
});

test('why there is none is passed on, cut to a sentence', () => {
  const lack = { state: 'denied', reason: `closed ${'x'.repeat(1000)}`, errno: 'EPERM' };
  const read = parseAnswer(JSON.stringify(lack));
  expect(read).toMatchObject({ state: 'denied', reason: expect.stringMatching(/^closed x{493}$/) });
});

test('of what cannot be a trace of ours nothing is believed', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({ reason: `r${at}`, nested: true, count: 1 }));
  const odd = [
    { reason: 'a b', count: 1 },
    { reason: 'x'.repeat(41), count: 1 },
    { reason: 'ok', count: -1, meanUs: 'soon' },
    ...many,
  ];
  const read = answer({ ...trace, processes: [{ pid: -1 }, { pid: 9, reasons: odd }, 'x'] });
  if (read.state !== 'known') throw new Error(read.reason);
  const [only, ...others] = read.value.processes;
  expect(others).toEqual([]);
  expect(only?.reasons[0]).toEqual({ reason: 'ok', nested: false, count: 0 });
  expect(only?.reasons.length).toBeLessThanOrEqual(TRACE_LIMITS.reasons);
});

test('any text gives an answer', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"state":"known","value":${json}}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(['known', 'absent', 'denied', 'unknown']).toContain(parseAnswer(text).state);
    }),
  );
});
