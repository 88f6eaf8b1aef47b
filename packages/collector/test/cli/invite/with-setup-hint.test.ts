import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { withSetupHint } from '../../../src/cli/invite/with-setup-hint.ts';

const fail = async () => {
  throw new UsageError('NATS cannot be reached');
};

test('the first invitation says how to begin, and no other', async () => {
  const record = join(temporaryFolder('hint'), 'setup.json');
  const usual = 'nats://127.0.0.1:4222';
  await expect(withSetupHint(usual, fail, record)).rejects.toThrow('nestwatch setup');
  await expect(withSetupHint('tls://nats:4222', fail, record)).rejects.toThrow(/reached$/);
  writeFileSync(record, '{}');
  await expect(withSetupHint(usual, fail, record)).rejects.toThrow(/reached$/);
  expect(await withSetupHint(usual, async () => 7, record)).toBe(7);
});
