import { createLanes } from '@nestwatch/collector/ingest/in-flight';
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
  const lanes = createLanes(() => {
    freed += 1;
  });
  const [first, second] = [gate(), gate()];
  lanes.start(() => first.passed);
  lanes.start(() => second.passed);
  expect(lanes.busy).toBe(2);
  second.open(true);
  await expect.poll(() => freed, PATIENT).toBe(1);
  expect(lanes.busy).toBe(1);
  first.open(true);
  await lanes.finish();
  expect(lanes).toMatchObject({ busy: 0, closed: false });
});

test('false from one run closes the lanes, and the others are still waited for', async () => {
  const lanes = createLanes(() => undefined);
  const slow = gate();
  lanes.start(async () => false);
  lanes.start(() => slow.passed);
  await expect.poll(() => lanes.closed, PATIENT).toBe(true);
  expect(lanes.busy).toBe(1);
  slow.open(true);
  await lanes.finish();
});

test('the first error comes out at the end, after all runs', async () => {
  const lanes = createLanes(() => undefined);
  const slow = gate();
  lanes.start(async () => {
    throw new Error('the stream is gone');
  });
  lanes.start(() => slow.passed);
  await expect.poll(() => lanes.closed, PATIENT).toBe(true);
  slow.fail(new Error('a later one'));
  await expect(lanes.finish()).rejects.toThrow('the stream is gone');
});
