import { expect, test } from 'vitest';
import { fits, hasKnownHoles, parseVersion, warningOf } from '../../nats-server/releases.ts';

test('a version is the one that is wanted when it is in its line, or is that very one', () => {
  expect(fits('2.15.1', '2.15')).toBe(true);
  expect(fits('2.15.1', '2.15.1')).toBe(true);
  expect(fits('2.15.1', '2.1')).toBe(false);
  expect(fits('2.15.1', '2.15.10')).toBe(false);
});

test('reads the version, and none of what is no nats-server', () => {
  expect(parseVersion('nats-server: v2.10.27\n')).toBe('2.10.27');
  expect(parseVersion('GNU bash, version 5.2.15')).toBeUndefined();
});

test.each(['1.4.1', '2.9.10', '2.10.27', '2.11.15', '2.12.6', '2.13.0'])('%s has known holes', (version) => {
  expect(hasKnownHoles(version)).toBe(true);
  expect(warningOf(version)).toMatch(
    new RegExp(
      `^nats-server ${version} has known vulnerabilities .*: NESTWATCH_NATS_SERVER=2.15 takes the one of Debian forky$`,
    ),
  );
});

test.each(['2.11.16', '2.12.7', '2.12.12', '2.14.0', '2.15.1', '3.0.0'])('%s has none', (version) => {
  expect(warningOf(version)).toBeUndefined();
});
