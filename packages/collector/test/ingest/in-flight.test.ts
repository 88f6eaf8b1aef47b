import { createInFlight } from '@nestwatch/collector/ingest/in-flight';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';

function gate() {
  let open: (goOn: boolean) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const passed = new Promise<boolean>((resolve, reject) => {
    [open, fail] = [resolve, reject];
  });
  return { passed, open, fail };
}

test('runs go on side by side, and each end is told', async () => {
  let freed = 0;
  const inFlight = createInFlight(() => {
    freed += 1;
  });
  const [first, second] = [gate(), gate()];
  inFlight.start(() => first.passed);
  inFlight.start(() => second.passed);
  expect(inFlight.count).toBe(2);
  second.open(true);
  await expect.poll(() => freed, PATIENT).toBe(1);
  expect(inFlight.count).toBe(1);
  first.open(true);
  await inFlight.finish();
  expect(inFlight).toMatchObject({ count: 0, closed: false });
});

test('false from one run closes for further ones, and the others are still waited for', async () => {
  const inFlight = createInFlight(() => undefined);
  const slow = gate();
  inFlight.start(async () => false);
  inFlight.start(() => slow.passed);
  await expect.poll(() => inFlight.closed, PATIENT).toBe(true);
  expect(inFlight.count).toBe(1);
  slow.open(true);
  await inFlight.finish();
});

test('the first error comes out at the end, after all runs', async () => {
  const inFlight = createInFlight(() => undefined);
  const slow = gate();
  inFlight.start(async () => {
    throw new Error('the stream is gone');
  });
  inFlight.start(() => slow.passed);
  await expect.poll(() => inFlight.closed, PATIENT).toBe(true);
  slow.fail(new Error('a later one'));
  await expect(inFlight.finish()).rejects.toThrow('the stream is gone');
});
