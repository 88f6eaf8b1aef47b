import { expect, test } from 'vitest';
import { parsePrintedUris, reasonOf } from '../../debian/printed.ts';

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

test('reads what apt-get prints without a checksum, as for backports', () => {
  const line =
    "'http://mirror.example/pool/l/linux-image_7.3%7ebpo13.deb' linux-image-cloud-amd64_7.3.4-1~bpo13+1_amd64.deb 1524 ";
  expect(parsePrintedUris(`${line}\n`)).toEqual([
    { name: 'linux-image-cloud-amd64_7.3.4-1~bpo13+1_amd64.deb', bytes: 1524, checksum: '' },
  ]);
});

test('reads the files of a source package', () => {
  const text = [
    "Selected version '2.10-5' (trixie) for hello",
    "'http://mirror.example/pool/h/hello_2.10-5.dsc' hello_2.10-5.dsc 1183 SHA256:6a",
    "'http://mirror.example/pool/h/hello_2.10.orig.tar.gz' hello_2.10.orig.tar.gz 725946 SHA256:31",
    "'http://mirror.example/pool/h/hello_2.10.orig.tar.gz.asc' hello_2.10.orig.tar.gz.asc 819 SHA256:4e",
  ].join('\n');
  expect(parsePrintedUris(text).map(({ name }) => name)).toEqual([
    'hello_2.10-5.dsc',
    'hello_2.10.orig.tar.gz',
    'hello_2.10.orig.tar.gz.asc',
  ]);
});

test.each([
  [
    'the address that does not answer',
    [
      'E: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Could not connect to mirror.example:80.',
      'E: Some index files failed to download. They have been ignored, or old ones used instead.',
    ],
    'Failed to fetch http://mirror.example/debian/dists/trixie/InRelease Could not connect to mirror.example:80',
  ],
  [
    'the suite that is not there',
    [
      "E: The repository 'http://mirror.example/debian trixie Release' does not have a Release file.",
      'N: Updating from such a repository can not be done securely.',
    ],
    "The repository 'http://mirror.example/debian trixie Release' does not have a Release file",
  ],
  [
    'the key, where the refusal comes first',
    [
      "E: The repository 'http://mirror.example/debian trixie InRelease' is not signed.",
      'W: GPG error: http://mirror.example/debian trixie InRelease: NO_PUBKEY 0123456789ABCDEF',
    ],
    'GPG error: http://mirror.example/debian trixie InRelease: NO_PUBKEY 0123456789ABCDEF',
  ],
])('of what apt-get says, gives %s', (_, lines, reason) => {
  expect(reasonOf(lines.join('\n'))).toBe(reason);
});

test('gives no reason where apt-get gave none', () => {
  expect(reasonOf('Segmentation fault\n')).toBeUndefined();
});
