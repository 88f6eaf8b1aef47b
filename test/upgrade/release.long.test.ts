import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { buildRelease, FIRST_RELEASE } from './support/release.ts';

const top = resolve(import.meta.dirname, '../..');
/** Not in any cache. */
const unknown = { version: '0.0.0', hash: '0123456789012345678901234567890123456789' };

test('0.1.0 is built from its commit, and calls at the same time get the same programs', {
  timeout: 600_000,
}, async () => {
  const [one, other] = await Promise.all([buildRelease(), buildRelease()]);
  expect(other).toEqual(one);
  for (const name of ['nestwatch-agent.mjs', 'nestwatch-collector.mjs', 'nestwatch.mjs']) {
    const said = execFileSync(process.execPath, [join(one.dist, name), '--version'], { encoding: 'utf8' });
    expect(said).toContain(FIRST_RELEASE.version);
  }
  expect(existsSync(join(one.dashboards, 'nestwatch-lab.json'))).toBe(true);
});

test('a clone without the commit says what to run', async () => {
  const dir = temporaryFolder('clones');
  const shallow = join(dir, 'shallow');
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${top}`, shallow], { stdio: 'ignore' });
  await expect(buildRelease(unknown, shallow)).rejects.toThrow(
    /^version 0\.0\.0 is built from commit 0123.*, and this clone is shallow: run "git fetch --unshallow"$/,
  );
  const empty = join(dir, 'empty');
  execFileSync('git', ['init', '--quiet', empty]);
  await expect(buildRelease(unknown, empty)).rejects.toThrow(/run "git fetch origin 0123/);
  const none = join(dir, 'none');
  await expect(buildRelease(unknown, none)).rejects.toThrow(/is no git repository: clone nestwatch/);
});
