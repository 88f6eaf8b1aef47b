import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { copyLibraries } from '../../lab/image/libraries.ts';

const LIBRARIES = 'lib/x86_64-linux-gnu';
const [KNOWN, MISSING] = ['libselinux.so.1', 'libnestwat.so.1'];

test('a library that this machine lacks comes from the packages, and all others from the machine', async () => {
  const [packages, into] = [temporaryFolder('packages'), temporaryFolder('into')];
  mkdirSync(join(packages, LIBRARIES), { recursive: true });
  copyFileSync(realpathSync(join('/', LIBRARIES, KNOWN)), join(packages, LIBRARIES, MISSING));
  // An ls that needs a library of another name.
  const binary = join(packages, 'ls');
  const bytes = readFileSync('/bin/ls').toString('latin1').replaceAll(KNOWN, MISSING);
  writeFileSync(binary, bytes, 'latin1');
  chmodSync(binary, 0o755);
  await expect(copyLibraries(into, '/', [binary])).rejects.toThrow(MISSING);
  await copyLibraries(into, '/', [binary], packages);
  for (const name of [MISSING, 'libc.so.6']) expect(existsSync(join(into, LIBRARIES, name))).toBe(true);
});
