import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { tolerant } from '../../../src/influx/points/tolerant.ts';

function store(isBad: (line: string) => boolean) {
  const written: string[] = [];
  let requests = 0;
  const plain = {
    async write(lines: readonly string[]) {
      requests += 1;
      if (lines.some(isBad)) throw new PermanentError('unable to parse');
      written.push(...lines);
    },
  };
  return { written, requests: () => requests, plain, tolerant: tolerant(plain, silentLog) };
}

const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`);

test('of a refused request only the lines are lost that are refused alone', async () => {
  const bad = new Set(['line 7', 'line 70']);
  const of = store((line) => bad.has(line));
  // Without it, all of them are.
  await expect(of.plain.write(lines)).rejects.toThrow(PermanentError);
  expect(of.written).toEqual([]);
  await of.tolerant.write(lines);
  expect(of.written.sort()).toEqual(lines.filter((line) => !bad.has(line)).sort());
  expect(of.requests()).toBeLessThan(40);
});

test('where all lines are refused, or many, the error is thrown', async () => {
  await expect(store(() => true).tolerant.write(['one'])).rejects.toThrow('unable to parse');
  const many = store(() => true);
  await expect(many.tolerant.write(lines)).rejects.toThrow('unable to parse');
  expect(many.requests()).toBeLessThan(100);
});

test('an InfluxDB that is away is asked once', async () => {
  let requests = 0;
  const away = {
    async write(_: readonly string[]): Promise<void> {
      requests += 1;
      throw new RetryableError('away');
    },
  };
  await expect(tolerant(away, silentLog).write(lines)).rejects.toThrow(RetryableError);
  expect(requests).toBe(1);
});
