import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { createTestLab } from '@nestwatch/testkit/lab';
import { mountSmallDisk } from '@nestwatch/testkit/small-disk';
import { test } from 'vitest';

test('runs servers, a disk and a process that nobody waits for, until it is ended', async () => {
  await createTestLab();
  mountSmallDisk('64k');
  spawn('sh', ['-c', 'sleep 1000 & sleep 1000'], { detached: true, stdio: 'ignore' }).unref();
  const ready = process.env['NESTWATCH_TEST_READY'] ?? '';
  writeFileSync(`${ready}.part`, String(process.pid));
  renameSync(`${ready}.part`, ready);
  await new Promise(() => undefined);
}, 600_000);
