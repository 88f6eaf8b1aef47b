import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findKernel } from '../../../lab/image/kernel/find-kernel.ts';
import { kernelTree } from './kernel-tree.ts';

test.each([
  ['Debian to 6.12, and Ubuntu', 'boot/vmlinuz-V', 'lib/modules/V'],
  ['Debian from 6.12 on, its modules below usr', 'boot/vmlinuz-V', 'usr/lib/modules/V'],
  ['Debian 7.x, image beside the modules', 'usr/lib/modules/V/vmlinuz', 'usr/lib/modules/V'],
  ['Fedora', 'lib/modules/V/vmlinuz', 'lib/modules/V'],
])('finds the kernel of %s', async (_, image, modules) => {
  const release = '6.12.9+deb13-cloud-amd64';
  const at = (path: string) => path.replace('V', release);
  const root = kernelTree({
    [at(image)]: 'image',
    [join(at(modules), 'modules.builtin')]: '',
    [`boot/config-${release}`]: '',
    // Left by packages of other kinds.
    [`lib/modules/5.0.0-other/extra/x.ko`]: '',
  });
  const found = await findKernel(root);
  expect(found).toEqual({ release, image: join(root, at(image)), modules: join(root, at(modules)) });
});

test('says what is there when there is no kernel with its modules', async () => {
  const root = kernelTree({ 'boot/vmlinuz-6.1.0-9': '', 'lib/modules/6.1.0-8/modules.builtin': '' });
  await expect(findKernel(root)).rejects.toThrow(
    /have no kernel with its modules \(images: 6\.1\.0-9; modules: 6\.1\.0-8\)/,
  );
  await expect(findKernel(kernelTree({}))).rejects.toThrow(/\(images: none; modules: none\)/);
});

test('does not choose between two kernels', async () => {
  const root = kernelTree({
    'boot/vmlinuz-1': '',
    'lib/modules/1/modules.builtin': '',
    'boot/vmlinuz-2': '',
    'lib/modules/2/modules.builtin': '',
  });
  await expect(findKernel(root)).rejects.toThrow(/have several kernels: 1, 2/);
});
