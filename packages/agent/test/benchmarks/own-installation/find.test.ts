import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAnaconda } from '../../../src/benchmarks/own-installation/anaconda.ts';
import { parseCloudInit } from '../../../src/benchmarks/own-installation/cloud-init.ts';
import { parseDebianInstaller } from '../../../src/benchmarks/own-installation/debian-installer.ts';
import { elapsedSeconds } from '../../../src/benchmarks/own-installation/elapsed.ts';
import { findOwnInstallation } from '../../../src/benchmarks/own-installation/find.ts';
import { parseOsbuild } from '../../../src/benchmarks/own-installation/osbuild.ts';
import { reportOwnInstallation } from '../../../src/benchmarks/own-installation/report-once.ts';
import { parseSubiquity } from '../../../src/benchmarks/own-installation/subiquity.ts';
import type { ResultBody } from '../../../src/benchmarks/result.ts';
import { createFileHost } from '../../../src/host/file-host.ts';

const LOGS = resolve(import.meta.dirname, '../../fixtures/install-logs');
const recorded = (name: string) => readFileSync(join(LOGS, name), 'utf8');

test.each([
  ['anaconda-f40-log', parseAnaconda, 8 * 60 + 28.5],
  ['anaconda-f33-log', parseAnaconda, 6 * 60 + 17.5],
  // Somebody left the installer alone for more than an hour: that was no work.
  ['debian-12-syslog', parseDebianInstaller, 84 + 15],
  ['debian-no-clock-syslog', parseDebianInstaller, 70 + 330],
  ['ubuntu-22.04-installer-journal.txt', parseSubiquity, 8 * 60 + 31],
  ['cloud-init-24-log', parseCloudInit, 33.19],
  // The first boot counts; the later ones do not configure anew.
  ['cloud-init-18-log', parseCloudInit, 7120.48],
  ['osbuild-log', parseOsbuild, 73],
] as const)('%s tells its duration', (name, parse, seconds) => {
  expect(parse(recorded(name))).toBeCloseTo(seconds, 6);
});

test('times of day start anew at midnight', () => {
  const log = '23:58:10,250 INFO anaconda: /sbin/anaconda 21\n00:01:51,250 INFO anaconda: done\n';
  expect(parseAnaconda(log)).toBe(221);
});

test('any text gives a duration or none, never an exception', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'Jan  1 99:99:99 x',
      '23:59:59,9 INF x',
      '⏱  Duration: 1e9s',
      'Cloud-init v. 1 finished at Up 9 seconds',
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      for (const parse of [
        parseAnaconda,
        parseDebianInstaller,
        parseSubiquity,
        parseCloudInit,
        parseOsbuild,
      ]) {
        const seconds = parse(lines.join('\n'));
        expect(seconds === undefined || (Number.isFinite(seconds) && seconds > 0)).toBe(true);
      }
    }),
  );
});

test('a log without a duration gives none', () => {
  for (const parse of [parseAnaconda, parseDebianInstaller, parseSubiquity, parseCloudInit, parseOsbuild]) {
    expect(parse('')).toBeUndefined();
    expect(parse('nothing that is known\n\0\n')).toBeUndefined();
  }
});

test('leaps of the clock and midnight do not count', () => {
  expect(elapsedSeconds([10, 20, 20_000, 20_010])).toBe(20);
  expect(elapsedSeconds([86_390, 5])).toBe(15);
  expect(elapsedSeconds([100, 40])).toBeUndefined();
  expect(elapsedSeconds([1])).toBeUndefined();
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nestwatch-installed-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

test("an installer's log counts more than that of the first boot", async () => {
  const host = createFileHost(root);
  expect(await findOwnInstallation(host)).toEqual({ state: 'absent', reason: 'no log of an installer' });
  await put('/var/log/cloud-init.log', recorded('cloud-init-24-log'));
  expect(await findOwnInstallation(host)).toMatchObject({
    value: { installer: 'cloud-init', seconds: 33.19 },
  });
  await put('/var/log/installer/installer-journal.txt', recorded('ubuntu-22.04-installer-journal.txt'));
  expect(await findOwnInstallation(host)).toMatchObject({ value: { installer: 'subiquity', seconds: 511 } });
  await put('/var/log/anaconda/anaconda.log', recorded('anaconda-f40-log'));
  expect(await findOwnInstallation(host)).toMatchObject({ value: { installer: 'anaconda' } });
});

test('is reported once', async () => {
  await put('/var/log/installer/syslog', recorded('debian-no-clock-syslog'));
  const published: ResultBody[] = [];
  const options = {
    host: createFileHost(root),
    clock: systemClock,
    stateDir: root,
    publish: (result: ResultBody) => void published.push(result),
  };
  await reportOwnInstallation(options);
  await reportOwnInstallation(options);
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({
    benchmark: 'guest.install',
    variant: 'passive',
    engine: 'debian-installer',
    secondsPerUnit: 400,
    repetitions: [{ durationUs: 400_000_000, units: 1 }],
  });
});
