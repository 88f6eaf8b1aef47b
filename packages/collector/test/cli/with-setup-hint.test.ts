import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { withSetupHint } from '../../src/cli/with-setup-hint.ts';

const fail = async () => {
  throw new UsageError('NATS cannot be reached');
};

const away = async () => {
  throw new RetryableError('InfluxDB does not answer');
};

test('where nothing was ever set up, an error says how to begin, once', async () => {
  const record = join(temporaryFolder('hint'), 'setup.json');
  const usual = 'nats://127.0.0.1:4222';
  await expect(withSetupHint(usual, fail, record)).rejects.toThrow(
    /^NATS cannot be reached\. If nothing is set up .*"nestwatch setup".*"npm start"/,
  );
  const again = () => withSetupHint(usual, fail, record);
  await expect(withSetupHint(usual, again, record)).rejects.toThrow(
    /^[^"]*"nestwatch setup"[^"]*"npm start"[^"]*$/,
  );
  await expect(withSetupHint('http://127.0.0.1:8086', away, record)).rejects.toThrow(RetryableError);
  await expect(withSetupHint('http://127.0.0.1:8086', away, record)).rejects.toThrow('"npm start"');
  await expect(withSetupHint('tls://nats:4222', fail, record)).rejects.toThrow(/reached$/);
  writeFileSync(record, '{}');
  await expect(withSetupHint(usual, fail, record)).rejects.toThrow(/reached$/);
  expect(await withSetupHint(usual, async () => 7, record)).toBe(7);
});
