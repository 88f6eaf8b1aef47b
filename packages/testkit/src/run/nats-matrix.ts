import { spawnSync } from 'node:child_process';
import { fits, NEWEST, OLDEST, parseVersion } from '../../../../deploy/nats-server/releases.ts';

/** What `npm test` runs on the oldest nats-server and on the newest: one file at least for each thing that it does for us. */
export const NATS_FILES = [
  // Who may do what, with keys and with JWTs.
  'test/security/nats.server.test.ts',
  'test/security/creds.server.test.ts',
  'test/security/migrate.server.test.ts',
  'packages/collector/test/ingest/provision.server.test.ts',
  'packages/common/test/nats/lease.server.test.ts',
  'packages/collector/test/delivery/*.server.test.ts',
  'packages/agent/test/delivery/sender.server.test.ts',
  'test/faults/fault-run.system.test.ts',
  'test/e2e/one-layer.server.test.ts',
];

/** Of the oldest and the newest, those that are not installed: the installed one runs all tests. */
export function otherNatsVersions(): string[] {
  // vitest's configuration can load no package of this project, so the tool is not looked up by deploy/local/tools.ts.
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin` };
  const { stdout } = spawnSync('nats-server', ['--version'], { encoding: 'utf8', env });
  const version = parseVersion(stdout ?? '') ?? '';
  return [OLDEST, NEWEST].filter((each) => !fits(version, each));
}
