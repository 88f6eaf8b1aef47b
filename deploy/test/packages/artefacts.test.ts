import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { listArtefacts } from '../../packages/artefacts.ts';

test('the list beside the packages names each with its size and its hash', () => {
  const out = temporaryFolder('artefacts');
  const file = join(out, 'x_1_all.deb');
  writeFileSync(file, 'abc');
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const same = { format: 'deb', name: 'x', architecture: 'all', ownRuntime: false } as const;
  const list = { version: '1', files: [{ file: 'x_1_all.deb', ...same, bytes: 3, sha256 }] };
  expect(listArtefacts(out, '1', [{ file, ...same }])).toEqual(list);
  expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))).toEqual(list);
  expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toBe(`${sha256}  x_1_all.deb\n`);
});
