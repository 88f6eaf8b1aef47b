import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { readDecompressed } from '../../../lab/image/kernel/decompress.ts';
import { kernelTree, moduleFile } from './kernel-tree.ts';

const content = moduleFile('kvm');

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('reads plain and gzip files without any program', async () => {
  const root = kernelTree({ 'a.ko': content, 'b.ko.gz': gzipSync(content) });
  expect(await readDecompressed(join(root, 'a.ko'))).toEqual(content);
  expect(await readDecompressed(join(root, 'b.ko.gz'))).toEqual(content);
});

test.each([
  ['xz', 'xz'],
  ['zstd', 'zst'],
])('reads what %s has compressed', async (program, ending) => {
  if (!hasProgram(program)) {
    const absent = join(kernelTree({ [`a.ko.${ending}`]: 'x' }), `a.ko.${ending}`);
    await expect(readDecompressed(absent)).rejects.toThrow(`needs the program ${program}`);
    return;
  }
  const root = kernelTree({ 'a.ko': content });
  const path = join(root, `a.ko.${ending}`);
  execFileSync('/bin/sh', ['-c', `${program} -c < '${join(root, 'a.ko')}' > '${path}'`]);
  expect(await readDecompressed(path)).toEqual(content);
});

test('says which program is missing, and which file is broken', async () => {
  const root = kernelTree({ 'a.ko.xz': 'no xz', 'b.ko.zst': 'no zstd' });
  if (hasProgram('xz')) {
    await expect(readDecompressed(join(root, 'a.ko.xz'))).rejects.toThrow(
      /a\.ko\.xz cannot be decompressed by /,
    );
  }
  vi.stubEnv('PATH', '/nowhere');
  try {
    await expect(readDecompressed(join(root, 'b.ko.zst'), root)).rejects.toThrow(
      /b\.ko\.zst needs the program zstd, which is neither on this machine nor in the lab's packages/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});
