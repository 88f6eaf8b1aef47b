import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  elapsedSeconds,
  parseAnaconda,
  parseCloudInit,
  parseOsbuild,
  parseSyslog,
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
      for (const parse of [parseAnaconda, parseSyslog, parseCloudInit, parseOsbuild]) {
        const seconds = parse(lines.join('\n'));
        expect(seconds === undefined || (Number.isFinite(seconds) && seconds > 0)).toBe(true);
      }
    }),
  );
});

test('a log without a duration gives none', () => {
  for (const parse of [parseAnaconda, parseSyslog, parseCloudInit, parseOsbuild]) {
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
