import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  moduleName,
  parseBuiltIn,
  parseDepends,
  parseModulesDep,
  readModules,
} from '../../../lab/image/kernel/module-set.ts';
import { kernelTree, moduleFile } from './kernel-tree.ts';

const BUILT_IN = 'kernel/drivers/virtio/virtio.ko\nkernel/drivers/virtio/virtio_ring.ko\n';

test('a name is the one that the kernel uses', () => {
  expect(['kernel/arch/x86/kvm/kvm-amd.ko', 'kvm-amd.ko.xz', 'kvm_amd'].map(moduleName)).toEqual(
    Array(3).fill('kvm_amd'),
  );
  expect(parseBuiltIn(BUILT_IN)).toEqual(new Set(['virtio', 'virtio_ring']));
});

test('what a module needs stands in itself, or in modules.dep', () => {
  expect(parseDepends(moduleFile('kvm', 'irqbypass'))).toEqual(['kvm', 'irqbypass']);
  expect(parseDepends(moduleFile())).toEqual([]);
  expect(parseDepends(Buffer.from('no module'))).toEqual([]);
  const text = 'kernel/a/kvm-amd.ko.xz: kernel/a/kvm.ko.xz kernel/b/irqbypass.ko.xz\nkernel/a/kvm.ko.xz:\n';
  expect(parseModulesDep(text)).toEqual(
    new Map([
      ['kvm_amd', ['kvm', 'irqbypass']],
      ['kvm', []],
    ]),
  );
});

test('modules come with what they need, and without what is built in', async () => {
  const root = kernelTree({
    'modules.builtin': BUILT_IN,
    'kernel/kvm/kvm-amd.ko.gz': gzipSync(moduleFile('kvm', 'ccp')),
    'kernel/kvm/kvm.ko': moduleFile('irqbypass'),
    'kernel/virt/irqbypass.ko': moduleFile(),
    'kernel/crypto/ccp.ko': moduleFile(),
    'kernel/drivers/virtio_blk.ko': moduleFile('virtio_ring', 'virtio'),
    'kernel/drivers/other.ko': moduleFile(),
  });
  const modules = await readModules(root, ['virtio', 'virtio_blk', 'kvm_amd']);
  const needs = Object.fromEntries(modules.map((each) => [each.name, each.needs]));
  expect(needs).toEqual({
    kvm_amd: ['kvm', 'ccp'],
    kvm: ['irqbypass'],
    irqbypass: [],
    ccp: [],
    virtio_blk: [],
  });
  expect(modules.find(({ name }) => name === 'kvm_amd')?.content).toEqual(moduleFile('kvm', 'ccp'));
});

test('modules.dep counts where it is', async () => {
  const root = kernelTree({
    'modules.builtin': '',
    'modules.dep': 'kernel/a.ko: kernel/b.ko\nkernel/b.ko:\n',
    'kernel/a.ko': moduleFile(),
    'kernel/b.ko': moduleFile(),
  });
  expect((await readModules(root, ['a'])).map(({ name }) => name)).toEqual(['a', 'b']);
});

test('a module that is neither there nor built in is named', async () => {
  const root = kernelTree({ '6.1/modules.builtin': BUILT_IN, '6.1/kernel/a.ko': moduleFile('gone') });
  await expect(readModules(join(root, '6.1'), ['a', 'kvm'])).rejects.toThrow(
    'the kernel package of 6.1 has no module gone, kvm, and it is not built in',
  );
});
