import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { type Offer, signOffer } from '@nestwatch/common/invite/offer';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { serveUpgrade, type UpgradeHelper } from '../../../src/upgrade/helper/serve-upgrade.ts';

const [signer, other] = [nkeys.createUser(), nkeys.createUser()];
const PACKAGE = 'the new version';
const sha256 = createHash('sha256').update(PACKAGE).digest('hex');

/** A machine on which version 1.0.0 runs, and what is done to it. */
async function machine({ reports = true, fails = false, kept = true } = {}) {
  const [folder, stateDir] = [temporaryFolder('helper'), temporaryFolder('agent')];
  const done: string[] = [];
  if (kept) writeFileSync(join(folder, 'kept.deb'), 'the old version');
  const at = (name: string) => join(stateDir, `upgrade.${name}`);
  const helper: UpgradeHelper = {
    ...{ folder, stateDir, nowMs: () => 5, signal: new AbortController().signal, reportWithinMs: 1000 },
    settings: { upgrade: 'allowed', lab: 'lab', key: signer.getPublicKey(), version: '1.0.0' },
    installation: {
      home: folder,
      format: async () => 'deb',
      async install(_format, file) {
        const what = readFileSync(file, 'utf8');
        done.push(what);
        if (fails && what === PACKAGE) throw new Error('dpkg exit code 1');
      },
      async restart() {
        done.push('restart');
        const attempt = JSON.parse(readFileSync(join(folder, 'attempt.json'), 'utf8')) as { id: string };
        if (reports) writeFileSync(at('reported'), `${attempt.id}\n`);
      },
    },
  };
  const leave = async (offer: Partial<Offer> = {}, key = signer) => {
    const file = { file: 'a.deb', format: 'deb', bytes: PACKAGE.length, sha256 } as const;
    const whole: Offer = { lab: 'lab', version: '1.1.0', madeMs: 100, files: [file], ...offer };
    writeFileSync(at('offer'), JSON.stringify(await signOffer(key.getSeed(), whole)));
  };
  writeFileSync(at('package'), PACKAGE);
  await leave();
  const isWhole = () => !existsSync(join(folder, 'attempt.json')) && !existsSync(join(folder, 'new.deb'));
  return { folder, done, helper, leave, at, isWhole };
}

test('what is signed and newer is installed, and is what one goes back to from then on', async () => {
  const { folder, done, helper, isWhole } = await machine();
  expect(await serveUpgrade(helper)).toMatchObject({ outcome: 'installed', from: '1.0.0', to: '1.1.0' });
  expect(done).toEqual([PACKAGE, 'restart']);
  expect(readFileSync(join(folder, 'kept.deb'), 'utf8')).toBe(PACKAGE);
  expect(JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'))).toMatchObject({
    outcome: 'installed',
    madeMs: 100,
  });
  expect(isWhole()).toBe(true);
});

test('an offer is tried once: not again when it is replayed, nor one that is older', async () => {
  const { done, helper, leave, at } = await machine({ reports: false });
  expect(await serveUpgrade(helper)).toMatchObject({ outcome: 'back' });
  done.length = 0;
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/tried already/),
  });
  writeFileSync(at('package'), PACKAGE);
  await leave({ version: '1.2.0', madeMs: 99 });
  expect(await serveUpgrade(helper)).toMatchObject({ outcome: 'refused' });
  expect(done).toEqual([]);
  // Offered anew, it is tried again.
  await leave({ madeMs: 101 });
  expect(await serveUpgrade(helper)).toMatchObject({ outcome: 'back' });
});

test.each([
  ['an older version', { version: '0.9.0' }, 'version 0.9.0 is not newer than 1.0.0'],
  ['the same version', { version: '1.0.0' }, 'version 1.0.0 is not newer than 1.0.0'],
  ['another lab', { lab: 'else' }, 'the offer is for lab else'],
  ['no package of this format', { files: [] }, 'no package of format deb'],
])('%s is refused, and nothing is changed', async (_what, offer, reason) => {
  const { done, helper, leave, isWhole } = await machine();
  await leave(offer);
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining(reason),
  });
  expect(done).toEqual([]);
  expect(isWhole()).toBe(true);
});

test('a stranger that signs, an agent that makes its own offer, and a file of settings that allows nothing', async () => {
  const { done, helper, leave, at } = await machine();
  await leave({}, other);
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/not signed/),
  });
  writeFileSync(at('offer'), '{"text":"{}","signature":"x"}');
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/not signed/),
  });
  await leave();
  const settings = { ...helper.settings, upgrade: 'refused' };
  expect(await serveUpgrade({ ...helper, settings })).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/allow/),
  });
  expect(done).toEqual([]);
});

test.each([
  ['other bytes', (path: string) => writeFileSync(path, 'another package'), 'not what was signed'],
  ['more bytes', (path: string) => writeFileSync(path, `${PACKAGE} and more`), 'longer than the 15 bytes'],
  [
    'a link',
    (path: string) => {
      writeFileSync(`${path}.real`, PACKAGE);
      symlinkSync(`${path}.real`, `${path}.link`);
      return `${path}.link`;
    },
    'not what was signed',
  ],
])('a package of %s is refused', async (what, change, reason) => {
  const { done, helper, at, isWhole } = await machine();
  const path = at('package');
  if (what === 'a link') {
    const { rmSync, renameSync } = await import('node:fs');
    change(path);
    rmSync(path);
    renameSync(`${path}.link`, path);
    expect(await serveUpgrade(helper)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('ELOOP'),
    });
  } else {
    change(path);
    expect(await serveUpgrade(helper)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(reason),
    });
  }
  expect(done).toEqual([]);
  expect(isWhole()).toBe(true);
});

test('without a package to go back to, nothing is begun', async () => {
  const { done, helper } = await machine({ kept: false });
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/run the line/),
  });
  expect(done).toEqual([]);
});

test('what does not report, or cannot be installed, is followed by the version before', async () => {
  const silent = await machine({ reports: false });
  expect(await serveUpgrade(silent.helper)).toMatchObject({
    ...{ outcome: 'back', reason: 'version 1.1.0 had no report confirmed within 1 s' },
  });
  expect(silent.done).toEqual([PACKAGE, 'restart', 'the old version', 'restart']);
  expect(silent.isWhole()).toBe(true);
  const broken = await machine({ fails: true });
  expect(await serveUpgrade(broken.helper)).toMatchObject({ outcome: 'back', reason: 'dpkg exit code 1' });
  expect(broken.done).toEqual([PACKAGE, 'the old version', 'restart']);
  expect(broken.isWhole()).toBe(true);
});

test('what was cut short is taken back before anything else', async () => {
  const { folder, done, helper, isWhole } = await machine();
  const attempt = { id: 'a'.repeat(32), madeMs: 100, from: '1.0.0', to: '1.1.0' };
  writeFileSync(join(folder, 'attempt.json'), JSON.stringify(attempt));
  expect(await serveUpgrade(helper)).toMatchObject({
    outcome: 'back',
    to: '1.1.0',
    reason: 'it was interrupted',
  });
  expect(done).toEqual(['the old version', 'restart']);
  expect(isWhole()).toBe(true);
});
