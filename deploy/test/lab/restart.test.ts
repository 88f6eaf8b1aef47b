import { UsageError } from '@nestwatch/common/errors';
import { expect, test } from 'vitest';
import { releaseFor } from '../../lab/restart.ts';

const RELEASES = ['6.1.0-37-cloud-amd64', '6.12.117+deb13-cloud-amd64'];

test.each([
  [[], undefined],
  [['6.1'], RELEASES[0]],
  [['6.12'], RELEASES[1]],
  [['6.12.117'], RELEASES[1]],
  [[RELEASES[0] ?? ''], RELEASES[0]],
])('--kernel %j', (wanted, release) => {
  expect(releaseFor(wanted, RELEASES)).toBe(release);
});

test.each([[['7.3']], [['6']], [['6.1', '6.12']], [['guest2=6.1']]])('--kernel %j is refused', (wanted) => {
  expect(() => releaseFor(wanted, RELEASES)).toThrow(UsageError);
  expect(() => releaseFor(wanted, RELEASES)).toThrow(RELEASES.join(', '));
});
