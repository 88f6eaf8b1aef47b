import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { certificateEnding, type Ending, warnOfEndings } from '../../src/nats/endings.ts';
import { watchEndings } from '../../src/nats/watch-endings.ts';

const DAY = 86_400_000;
const nowMs = Date.parse('2026-06-01T00:00:00Z');
const of = (days: number, life?: number): Ending => ({
  what: 'it',
  untilMs: nowMs + days * DAY,
  ...(life === undefined ? {} : { fromMs: nowMs + (days - life) * DAY }),
});

describe('what ends is said', () => {
  let said = '';
  const log = createLog({
    level: 'info',
    format: 'text',
    write(line) {
      said += line;
    },
  });
  test.each([
    ['a year before', of(365, 825), undefined],
    ['31 days before', of(31, 825), undefined],
    ['29 days before', of(29.5, 825), 'it ends in 29 days, at 2026-06-30T12:00 UTC: renew it'],
    ['after it did', of(-1, 825), 'it ended at 2026-05-31T00:00 UTC: renew it'],
    ['for what began at an unknown time', of(3), 'it ends in 3 days, at 2026-06-04T00:00 UTC: renew it'],
    ['not for what is renewed every day', of(0.9, 1), undefined],
    ['but when that was not renewed', of(0.2, 1), 'it ends in 0 days, at 2026-06-01T04:48 UTC: renew it'],
  ])('%s', (_, ending, text) => {
    said = '';
    expect(warnOfEndings([ending], nowMs, log)).toEqual(text === undefined ? [] : [text]);
    if (text === undefined) expect(said).toBe('');
    else expect(said).toContain(text);
  });
});

test('a file without a certificate ends never', () => {
  expect(certificateEnding('x', '', nowMs)).toEqual([]);
});

test('it is looked again and again, and what cannot be read ends nothing', async () => {
  const stop = new AbortController();
  const said: string[] = [];
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks === 1) throw new Error('no such file');
    if (looks === 3) stop.abort();
    return [of(1)];
  };
  const log = createLog({ level: 'error', format: 'text', write: () => undefined });
  const options = { log, signal: stop.signal, onEnding: (text: string) => void said.push(text) };
  const clock = { wallUs: () => nowMs * 1000, monoUs: () => 0 };
  await watchEndings(look, { ...options, clock, firstMs: 1, everyMs: 1 });
  expect(said).toEqual([
    expect.stringContaining('it ends in 1 days'),
    expect.stringContaining('it ends in 1 days'),
  ]);
});
