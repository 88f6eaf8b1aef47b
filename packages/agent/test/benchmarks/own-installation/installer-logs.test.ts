import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elapsedSeconds } from '../../../src/benchmarks/own-installation/elapsed.ts';
import {
  INSTALLER_LOGS,
  parseAnaconda,
  parseCalamares,
  parseCloudInit,
  parseOsbuild,
  parseSyslog,
  parseYast,
} from '../../../src/benchmarks/own-installation/installer-logs.ts';

const LOGS = resolve(import.meta.dirname, '../../fixtures/install-logs');
const recorded = (name: string) => readFileSync(join(LOGS, name), 'utf8');

test.each([
  ['anaconda-f40-log', parseAnaconda, 8 * 60 + 28.5],
  ['anaconda-f33-log', parseAnaconda, 6 * 60 + 17.5],
  // Somebody left the installer alone for more than an hour: that was no work.
  ['debian-12-syslog', parseSyslog, 84 + 15],
  ['debian-no-clock-syslog', parseSyslog, 70 + 330],
  ['ubuntu-22.04-installer-journal.txt', parseSyslog, 8 * 60 + 31],
  ['cloud-init-24-log', parseCloudInit, 33.19],
  // The first boot counts; the later ones do not configure again.
  ['cloud-init-18-log', parseCloudInit, 7120.48],
  ['osbuild-log', parseOsbuild, 73],
  // The time zone changes on the way.
  ['debian-rsyslog-iso', parseSyslog, 6 * 60 + 0.5],
  // The clock was set back.
  ['debian-iso-no-host', parseSyslog, 60 + 30],
  ['ubuntu-24.04-installer-journal.txt', parseSyslog, 6 * 60 + 0.5],
  ['ubuntu-journal-short-iso.txt', parseSyslog, 6 * 60 + 15],
  ['ubuntu-journal-short-full.txt', parseSyslog, 5 * 60],
  ['subiquity-server-debug.log.txt', parseSyslog, 6 * 60 + 44.5],
  ['curtin-install.log.txt', parseSyslog, 120.5],
  ['anaconda-iso-log', parseAnaconda, 210.5],
  ['anaconda-rhel6-log', parseAnaconda, 180.5],
  // A later session of YaST is no part of it.
  ['opensuse-y2log', parseYast, 12 * 60],
  ['calamares-log', parseCalamares, 3 * 60 + 4],
  ['calamares-old-log', parseCalamares, 4 * 60 + 4],
  ['cloud-init-own-message-log', parseCloudInit, 33.19],
  ['cloud-init-mute-message-log', parseCloudInit, 34.4],
  ['cloud-init-multi-line-log', parseCloudInit, 43.5],
  ['cloud-init-0.6-log', parseCloudInit, 17.02],
  ['cloud-init-output-log', parseCloudInit, 41.3],
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
      "2024-02-30 99:00:00,1 - x[DEBUG]: Cloud-init v. 1 running 'x' Up 0 seconds",
      '2024-02-03 10:00:00,1 - x[DEBUG]: start: modules-final/config-final_message',
      '2024-02-03 10:00:09,1 - x[DEBUG]: Writing to /boot-finished',
      '2024-05-14T10:00:01+99:99 x',
      'up after 0 s',
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      for (const { parse } of INSTALLER_LOGS) {
        const seconds = parse(lines.join('\n'));
        expect(seconds === undefined || (Number.isFinite(seconds) && seconds > 0)).toBe(true);
      }
    }),
  );
});

test('a log without a duration gives none', () => {
  for (const { parse } of INSTALLER_LOGS) {
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
