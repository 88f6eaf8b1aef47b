import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixtureMachine, type FixtureMachine } from '../support/fixture-machine.ts';

// Real agents on machines whose hypervisor has none, each a folder of files, against real servers and a collector.

const INNER_MAC = '52:54:00:bb:00:01';
const dmi = (vendor: string, product: string) => ({
  'sys/class/dmi/id/sys_vendor': `${vendor}\n`,
  'sys/class/dmi/id/product_name': `${product}\n`,
});

const MACHINES: Readonly<Record<string, FixtureMachine>> = {
  'on-vmware': {
    signature: 'VMwareVMware',
    files: dmi('VMware, Inc.', 'VMware7,1'),
    guest: { pid: 800, name: 'inner', mac: INNER_MAC },
  },
  inner: { signature: 'KVMKVMKVM', mac: INNER_MAC },
  'on-hyper-v': { files: dmi('Microsoft Corporation', 'Virtual Machine') },
  'on-xen': { files: { 'sys/hypervisor/type': 'xen\n' } },
  'on-ec2': { files: dmi('Amazon EC2', 'm8i.large') },
  orphan: { signature: 'KVMKVMKVM' },
};

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector();
  for (const [node, machine] of Object.entries(MACHINES)) {
    const root = join(lab.dir, 'machines', node);
    createFixtureMachine(root, node, machine);
    lab.startAgent({
      lab: 'opaque',
      node,
      interval: '1s',
      'clock-interval': '1s',
      'inventory-enabled': 'false',
      'host-root': root,
      'state-dir': join(lab.dir, 'state', node),
      'benchmarks-enabled': 'false',
    });
  }
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

test.each([
  ['on-vmware', 'vmware'],
  ['on-hyper-v', 'hyper-v'],
  ['on-xen', 'xen'],
  ['on-ec2', 'Amazon EC2'],
])('%s is layer 1 of an opaque root, to which ratios are unknown', async (node, name) => {
  const rows = await lab.waitForRows(
    `SELECT opaque_root, known, "by", reason FROM nestwatch_topology WHERE node = '${node}' AND layer = '1' LIMIT 1`,
  );
  expect(rows[0]).toMatchObject({
    opaque_root: 1,
    known: 1,
    by: 'opaque',
    reason: `runs on ${name}, which has no agent: layers are counted from there, and ratios to it are unknown`,
  });
  // The node has learnt it, and what it sends says so.
  await lab.waitForRows(
    `SELECT status FROM nestwatch_probe WHERE node = '${node}' AND layer = '1' AND parent = 'none' LIMIT 1`,
  );
});

test('what is not KVM says itself that it is opaque', async () => {
  const rows = await lab.waitForRows(
    `SELECT summary, level FROM nestwatch_verdict WHERE node = 'on-vmware' AND rule = 'opaque-root'`,
  );
  expect(rows.at(-1)).toMatchObject({
    level: v1.Verdict.Level.INFO,
    summary: 'no: vmware is opaque. Layers are counted from this node, and the cost of vmware is unknown',
  });
});

test('layers go on counting below an opaque root', async () => {
  const rows = await lab.waitForRows(
    `SELECT opaque_root, "by", reason FROM nestwatch_topology WHERE node = 'inner' AND layer = '2' AND parent = 'on-vmware' LIMIT 1`,
  );
  expect(rows[0]).toMatchObject({ opaque_root: 0, by: 'mac', reason: 'guest inner of on-vmware, by mac' });
});

test('a guest of KVM whose parent has not reported keeps its layer open, and says why', async () => {
  const rows = await lab.waitForRows(
    `SELECT known, opaque_root, "by", reason FROM nestwatch_topology WHERE node = 'orphan' LIMIT 1`,
  );
  expect(rows[0]).toMatchObject({
    known: 0,
    opaque_root: 0,
    by: 'pending',
    reason: expect.stringMatching(/^runs on kvm, and no parent has reported it yet; after ten minutes/),
  });
});
