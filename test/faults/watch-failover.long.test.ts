import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { waitedForCpuMs } from '../../deploy/lab/cascade/run-queue.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { kill } from './support/faults.ts';

test('the watch is in one collector, and another has it within 15 s when that one is killed', {
  timeout: 480_000,
}, async () => {
  await using lab = await createTestLab();
  const log = () => readFileSync(join(lab.dir, 'collector.log'), 'utf8');
  const taken = () => (log().match(/this collector has the watch/g) ?? []).length;
  const first = await lab.startCollector();
  await waitUntil(() => taken() === 1, { what: 'the first collector to watch', limitMs: 120_000 });
  const second = await lab.startCollector();
  const lost = () => (log().match(/this collector lost the watch/g) ?? []).length;
  expect(taken() - lost()).toBe(1);
  const pids = [second.child.pid ?? 0, lab.processes.find('nats-server')?.pid ?? 0];
  // What a busy machine kept from them is not theirs to answer for.
  const waitedMs = () => pids.reduce((sum, pid) => sum + waitedForCpuMs(pid), 0);

  await kill(first.child);
  const killedAt = Date.now();
  const [takenBefore, waitedBeforeMs] = [taken(), waitedMs()];
  await waitUntil(() => taken() > takenBefore, {
    what: 'the second collector to watch',
    limitMs: 120_000,
    tail: log,
  });
  const tookMs = Date.now() - killedAt;
  process.stderr.write(`the watch passed on ${tookMs} ms after kill -9\n`);
  expect(tookMs).toBeLessThan(15_000 + waitedMs() - waitedBeforeMs);
});
