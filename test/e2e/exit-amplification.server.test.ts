import { computeAmplification } from '@nestwatch/collector/analysis/exit-amplification';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

test('the guest that a node is at its parent is the one that the topology found', async () => {
  const minuteUs = Math.floor(Date.now() / 60_000 - 3) * 60e6;
  const kvm = (node: string, parent: string, exits: number) =>
    `nestwatch_kvm_host,lab=joined,layer=1,name=${node},node=${node},parent=${parent} exits_per_second=${exits} ${minuteUs}`;
  const guest = (name: string, exits: number) =>
    `nestwatch_kvm_guest,guest=${name},lab=joined,name=p,node=p exits_per_second=${exits},uuid="" ${minuteUs}`;
  const place = (node: string, name: string) =>
    `nestwatch_topology,lab=joined,layer=1,name=${node},node=${node},parent=p guest="${name}" ${minuteUs - 30e6}`;
  await lab.store.write([
    ...[kvm('one', 'p', 10), kvm('two', 'p', 10), guest('vm-a', 300), guest('vm-b', 700)],
    ...[place('one', 'vm-b'), place('two', 'vm-a')],
  ]);
  await lab.store.write(await computeAmplification(lab.store, minuteUs + 150e6));
  const rows = await lab.waitForRows(
    "SELECT amplification, node FROM nestwatch_exit_amplification WHERE lab = 'joined'",
    (all) => all.length === 2,
  );
  expect(new Map(rows.map((row) => [row['node'], row['amplification']]))).toEqual(
    new Map([
      ['one', 70],
      ['two', 30],
    ]),
  );
});

test('both sides of each minute are read from InfluxDB and divided, and once more changes nothing', async () => {
  const minuteUs = Math.floor(Date.now() / 60_000 - 3) * 60e6;
  const at = (seconds: number) => minuteUs + seconds * 1e6;
  const kvm = (node: string, layer: number, parent: string, exits: number, seconds: number) =>
    `nestwatch_kvm_host,lab=amp,layer=${layer},name=${node},node=${node},parent=${parent} exits_per_second=${exits} ${at(seconds)}`;
  const guest = (node: string, name: string, uuid: string, exits: number, seconds: number) =>
    `nestwatch_kvm_guest,guest=${name},lab=amp,name=${node},node=${node} exits_per_second=${exits},uuid="${uuid}" ${at(seconds)}`;
  await lab.store.write([
    ...[kvm('g0', 0, 'none', 900, 5), kvm('g1', 1, 'g0', 20, 5), kvm('g1', 1, 'g0', 60, 15)],
    ...[
      guest('g0', 'unlike', 'G1', 900, 4),
      guest('g0', 'unlike', 'G1', 1100, 14),
      guest('g1', 'inner', '', 40, 5),
    ],
  ]);
  await lab.store.write(await computeAmplification(lab.store, minuteUs + 150e6));
  await lab.store.write(await computeAmplification(lab.store, minuteUs + 150e6));
  const rows = await lab.waitForRows("SELECT * FROM nestwatch_exit_amplification WHERE lab = 'amp'");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    time: minuteUs,
    node: 'g1',
    layer: '1',
    parent: 'g0',
    amplification: 25,
    parent_exits_per_second: 1000,
    own_exits_per_second: 40,
  });
});
