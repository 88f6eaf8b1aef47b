import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { parseLoaderList } from '../../lab/image/libraries.ts';
import { createApt, parsePrintedUris } from '../../lab/packages/apt.ts';
import { run } from '../../lab/packages/run.ts';

test('reads what apt-get would download, whatever else it says', () => {
  const text = [
    'Reading package lists...',
    "'http://mirror.example/pool/q/qemu-system-x86_7.2_amd64.deb' qemu-system-x86_1%3a7.2+dfsg-7_amd64.deb 9281168 SHA256:0a1b",
    "'http://mirror.example/pool/b/busybox-static_1.35_amd64.deb' busybox-static_1%3a1.35.0-4_amd64.deb 928188 MD5Sum:77aa",
    '',
  ].join('\n');
  expect(parsePrintedUris(text)).toEqual([
    { name: 'busybox-static_1%3a1.35.0-4_amd64.deb', bytes: 928188, checksum: 'MD5Sum:77aa' },
    { name: 'qemu-system-x86_1%3a7.2+dfsg-7_amd64.deb', bytes: 9281168, checksum: 'SHA256:0a1b' },
  ]);
  expect(parsePrintedUris('E: Unable to locate package qemu')).toEqual([]);
});

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

test('a program that is not here is named, one that fails is quoted', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow('no-such-program is not on this machine');
  await expect(run('/bin/sh', ['-c', 'echo why >&2; exit 3'])).rejects.toThrow(/failed \(3\):\s+why/);
});

test('a package that the mirror does not have is refused with what it takes, after fresh lists were tried', async () => {
  const directory = temporaryFolder('apt');
  const notes: string[] = [];
  const apt = createApt(directory, {
    note: (text) => notes.push(text),
    // No sources at all: as on a machine whose mirror has dropped the package.
    env: { ...process.env, APT_CONFIG: '/dev/null' },
  });
  await expect(apt.plan(['nestwatch-no-such-package'])).rejects.toThrow(
    /packages for the lab can not be had/,
  );
  expect(notes).toHaveLength(1);
}, 120_000);
