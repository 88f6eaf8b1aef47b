import { expect, test } from 'vitest';
import { isOfVersion, versionOf } from '../../../lab/versions/choose.ts';

const chosen = (file: string) => ({
  suite: undefined,
  package: 'qemu-system-x86',
  files: ['qemu-system-data_1%3a9_all.deb', file],
});

test('the version of a package is that of its file, without its epoch', () => {
  expect(versionOf(chosen('qemu-system-x86_1%3a10.0.2+ds-2+deb13u1_amd64.deb'))).toBe('10.0.2+ds-2+deb13u1');
  expect(versionOf(chosen('qemu-system-x86_7.2-1_amd64.deb'))).toBe('7.2-1');
  expect(versionOf(chosen('other_7.2-1_amd64.deb'))).toBe('');
});

test.each([
  ['6.12.117-1', '6.12', true],
  ['6.12.117-1', '6', true],
  ['6.12.117-1', '6.1', false],
  ['7.3.4-1~bpo13+1', '7.3.4', true],
  ['7.2+dfsg-7', '7.2', true],
  ['5.10.234-1', '6', false],
])('%s is of %s: %s', (version, wanted, expected) => {
  expect(isOfVersion(version, wanted)).toBe(expected);
});
