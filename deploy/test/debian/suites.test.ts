import { expect, test } from 'vitest';
import { mirrorOf, SUITES, sourcesList, USUAL_MIRROR } from '../../debian/suites.ts';

const MIRROR = 'http://mirror.example/debian';
const OPTIONS = 'signed-by=/usr/share/keyrings/debian-archive-keyring.gpg lang=none';

test('a suite has a line of its own, trusted by Debian alone', () => {
  expect(sourcesList('trixie', MIRROR, 'binary', 'x64')).toBe(
    `deb [arch=amd64 ${OPTIONS} target=Packages] ${MIRROR} trixie main\n`,
  );
});

test('backports stand on what they are made for', () => {
  expect(sourcesList('trixie-backports', MIRROR, 'binary', 'arm64').split('\n')).toEqual([
    `deb [arch=arm64 ${OPTIONS} target=Packages] ${MIRROR} trixie main`,
    `deb [arch=arm64 ${OPTIONS} target=Packages] ${MIRROR} trixie-backports main`,
    '',
  ]);
});

test('source packages are those of the suite alone, on any machine', () => {
  expect(sourcesList('bookworm-backports', MIRROR, 'source', 'riscv64')).toBe(
    `deb-src [${OPTIONS} target=Sources] ${MIRROR} bookworm-backports main\n`,
  );
});

const printed = (...addresses: string[]) => addresses.map((each) => `'${each}' file_name 0 `).join('\n');

test.each(SUITES)("a machine's own mirror is known by its %s", (suite) => {
  expect(mirrorOf(undefined, printed(`http://near.example/debian/dists/${suite}/InRelease`))).toBe(
    'http://near.example/debian',
  );
});

test("the mirror is Debian's own where the machine has none: Ubuntu's, updates and security are others", () => {
  const others = [
    'http://archive.ubuntu.example/ubuntu/dists/noble/InRelease',
    'http://security.debian.example/debian-security/dists/bookworm-security/InRelease',
    'http://near.example/debian/dists/bookworm/main/binary-amd64/Packages.xz',
  ];
  expect(mirrorOf(undefined, printed(...others))).toBe(USUAL_MIRROR);
  expect(mirrorOf('', '')).toBe(USUAL_MIRROR);
});

test('the setting counts before all', () => {
  const own = printed('http://near.example/debian/dists/bookworm/InRelease');
  expect(mirrorOf('https://mirror.example/debian/', own)).toBe('https://mirror.example/debian');
  expect(mirrorOf('file:/srv/debian', own)).toBe('file:/srv/debian');
});

test.each(['mirror.example', 'http://a b', 'http://a]b', 'ftp://mirror.example/debian'])(
  'a setting that is no address is refused: %s',
  (setting) => {
    expect(() => mirrorOf(setting, '')).toThrow(/NESTWATCH_DEBIAN_MIRROR is ".+": it must be an address/);
  },
);
