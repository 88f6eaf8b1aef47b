import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { createPointWriter } from '../../src/analysis/point-writer.ts';

function writer() {
  const requests: number[] = [];
  const said: string[] = [];
  let error: Error | undefined;
  const store = {
    async write(lines: readonly string[]) {
      if (error !== undefined) throw error;
      requests.push(lines.length);
    },
  };
  const log = createLog({
    level: 'info',
    format: 'json',
    write: (line) => void said.push(JSON.parse(line).message),
  });
  return {
    requests,
    said,
    write: createPointWriter(store, 'slowdowns', log),
    fail(next: Error | undefined) {
      error = next;
    },
  };
}

test('lines go out in requests of bounded size, without those that have no value', async () => {
  const { write, requests } = writer();
  const lines = Array.from({ length: 12_000 }, (_, at) => (at % 2 === 0 ? `m v=1 ${at}` : undefined));
  expect(await write(async () => lines)).toBeUndefined();
  expect(requests).toEqual([5000, 1000]);
});

test('an outage is said once, with longer and longer waits, and so is its end', async () => {
  const { write, said, fail } = writer();
  fail(new RetryableError('InfluxDB is away'));
  const waits = [await write(async () => ['m v=1 1']), await write(async () => ['m v=1 1'])];
  expect(waits.every((ms) => ms !== undefined && ms > 0)).toBe(true);
  fail(undefined);
  expect(await write(async () => ['m v=1 1'])).toBeUndefined();
  expect(said).toEqual(['cannot compute or write slowdowns, retrying', 'slowdowns are written again']);
});

test('what InfluxDB refuses for good is said and not tried again', async () => {
  const { write, said, fail } = writer();
  fail(new PermanentError('field type conflict'));
  expect(await write(async () => ['m v=1 1'])).toBeUndefined();
  expect(said).toEqual(['InfluxDB refused slowdowns']);
});
