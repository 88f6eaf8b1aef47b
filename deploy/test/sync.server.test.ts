import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { run } from './tool.ts';

const script = resolve(import.meta.dirname, '../nats/sync.sh');
const dir = temporaryFolder('sync');

/** What the script writes for a server that says it is of this version. */
function syncFor(version: string): string {
  const server = join(dir, 'nats-server');
  writeFileSync(server, `#!/bin/sh\necho 'nats-server: v${version}'\n`);
  chmodSync(server, 0o755);
  const { status, output } = run(script, [dir, server]);
  expect(output).toContain(`is for nats-server ${version}`);
  expect(status).toBe(0);
  return readFileSync(join(dir, 'sync.conf'), 'utf8').trim();
}

test.each(['2.10.0', '2.10.27', '2.11.3', '2.12.1', '3.0.0'])(
  '%s syncs every second, and not each message',
  (version) => {
    expect(syncFor(version)).toBe('sync_interval: 1s');
  },
);

test.each(['2.9.10', '2.2.0', '1.4.1'])(
  '%s has no setting for it, and would not start with one',
  (version) => {
    expect(syncFor(version)).toMatch(/^#/);
  },
);
