import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { fileIn, LOADER, parseLoaderList } from '../../lab/image/libraries.ts';

test('reads the libraries that the loader lists, and which are missing', () => {
  const text = [
    '\tlinux-vdso.so.1 (0x00007f8bcce53000)',
    '\tlibslirp.so.0 => /cache/root/usr/lib/x86_64-linux-gnu/libslirp.so.0 (0x00007f8b)',
    '\tliburing.so.2 => not found',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f8b)',
    '\t/lib64/ld-linux-x86-64.so.2 => /cache/root/lib64/ld-linux-x86-64.so.2 (0x00007f8b)',
  ].join('\n');
  expect(parseLoaderList(text)).toEqual({
    found: ['/cache/root/usr/lib/x86_64-linux-gnu/libslirp.so.0', '/lib/x86_64-linux-gnu/libc.so.6'],
    missing: ['liburing.so.2'],
  });
});

test("a loader that the packages have as an absolute link is theirs, not this machine's", () => {
  const packages = temporaryFolder('packages');
  const inside = 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
  for (const folder of ['lib64', 'usr/lib/x86_64-linux-gnu'])
    mkdirSync(join(packages, folder), { recursive: true });
  symlinkSync(`/${inside}`, join(packages, LOADER));
  expect(fileIn(packages, LOADER)).toBeUndefined();
  writeFileSync(join(packages, 'usr', inside), '');
  expect(fileIn(packages, LOADER)).toBe(join(packages, 'usr', inside));
});
