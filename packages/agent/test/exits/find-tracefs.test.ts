import { expect, test } from 'vitest';
import { findTracefs } from '../../src/exits/find-tracefs.ts';
import { hostOf } from '../support/file-tree.ts';

const KVM = { '/sys/module/kvm/parameters/nx_huge_pages': 'N\n' };
const EVENTS = '/sys/kernel/tracing/events/kvm';
const INSTANCES = { '/sys/kernel/tracing/instances/other/trace': '' };
const FORMAT = 'name: kvm_exit\n\tfield:unsigned int exit_reason;\toffset:8;\n';

test.each([
  ['no guests can be run', { '/sys/module/loop/parameters/max_loop': '8\n' }, 'the kvm module is not loaded'],
  ['tracefs is not there', KVM, 'mount -t tracefs tracefs /sys/kernel/tracing'],
  ['KVM has no events', { ...KVM, ...INSTANCES }, 'this kernel has no KVM trace events'],
  [
    'its events have no reason, as on ARM',
    { ...KVM, ...INSTANCES, [`${EVENTS}/kvm_exit/format`]: 'field:u32 esr_ec;' },
    'which KVM provides on x86 only',
  ],
])('where %s, that is the reason', async (_, files, reason) => {
  const found = await findTracefs(hostOf(files));
  expect(found).toMatchObject({ state: 'absent', reason: expect.stringContaining(reason) });
});

test('what this kernel can do is told by its files', async () => {
  const plain = { ...KVM, ...INSTANCES, [`${EVENTS}/kvm_exit/format`]: FORMAT };
  const known = (more: object) => ({ state: 'known', value: expect.objectContaining(more) });
  expect(await findTracefs(hostOf(plain))).toEqual(known({ sums: false, nested: false }));
  const full = {
    ...plain,
    [`${EVENTS}/kvm_exit/hist`]: '',
    [`${EVENTS}/kvm_nested_vmexit/format`]: FORMAT,
  };
  expect(await findTracefs(hostOf(full))).toEqual(known({ sums: true, nested: true }));
});
