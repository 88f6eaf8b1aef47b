import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, expect, test } from 'vitest';
import { noRootBecause } from '../../deploy/test/debian-bootstrap.ts';
import { runPlatform } from './platform.ts';

const top = resolve(import.meta.dirname, '../..');
const reason = noRootBecause();
const stop = new AbortController();

afterAll(() => stop.abort(new Error('the test is over')));

test.skipIf(reason !== undefined)(
  `starts on a fresh Debian 13, and passes the unit and server tests there${reason === undefined ? '' : ` (${reason})`}`,
  // What fails in there had its second try in there.
  { timeout: 1_800_000, retry: 0 },
  async () => {
    const results = await runPlatform('13', ['start', 'unit', 'server'], {
      top,
      work: temporaryFolder('platform'),
      logs: join(top, '.nestwatch/platforms'),
      env: process.env,
      signal: stop.signal,
      say: (line) => void process.stderr.write(`${line}\n`),
    });
    expect(results.map(({ step, ok }) => ({ step, ok }))).toEqual([
      { step: 'start', ok: true },
      { step: 'unit', ok: true },
      { step: 'server', ok: true },
    ]);
  },
);
