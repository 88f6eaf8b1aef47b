import { expect, test } from 'vitest';
import { deviceNumber, parseRootMount } from '../../src/benchmarks/disk-to-read.ts';

test.each([
  [0x801, '8:1'],
  [0xfe00, '254:0'],
  [0x10305, '259:5'],
  [0x12300701, '7:74497'],
])('device number %d is %s', (rdev, text) => {
  expect(deviceNumber(rdev)).toBe(text);
});

test('the root file system is the last one mounted on /', () => {
  const mountinfo = [
    '1 1 0:2 / / rw - rootfs rootfs rw',
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
    '31 27 0:27 /@home /home rw - btrfs /dev/vda2 rw',
  ].join('\n');
  expect(parseRootMount(mountinfo)).toEqual({ major: 254, minor: 1, type: 'ext4', source: '/dev/vda1' });
  expect(parseRootMount('')).toBeUndefined();
});
