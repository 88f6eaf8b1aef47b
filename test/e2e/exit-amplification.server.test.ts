import { createAmplification } from '@nestwatch/collector/analysis/exit-amplification';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RECORDED_LAB, writeRecording } from '../support/cascade-recording.ts';

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
  await lab.store.write(await createAmplification(lab.store)(minuteUs + 150e6));
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
  await lab.store.write(await createAmplification(lab.store)(minuteUs + 150e6));
  await lab.store.write(await createAmplification(lab.store)(minuteUs + 150e6));
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

test('the recorded lab exits as the observatory counted for its pair of kernels; what is quiet is not compared', async () => {
  const minuteUs = Math.floor(Date.now() / 60_000 - 3) * 60e6;
  // It ended in the middle of a minute: so its minutes are those of the lab's own figures.
  const at = (us: number) => minuteUs + 30e6 + us;
  await writeRecording(lab.store, at(0));
  const nodes = await lab.store.query(
    `SELECT last(value) FROM nestwatch_fact WHERE lab = '${RECORDED_LAB}' AND fact = 'system.kernel' GROUP BY node`,
  );
  // The recording is older than what tells the release that a kernel is based on; all its kernels are this one.
  await lab.store.write(
    nodes.flatMap(({ tags: { node } }) => [
      `nestwatch_fact,fact=kernel.upstream,lab=${RECORDED_LAB},node=${node} value="6.1.176" ${at(-1)}`,
      `nestwatch_fact,fact=kernel.basis,lab=${RECORDED_LAB},node=${node} value="based" ${at(-1)}`,
    ]),
  );
  await lab.store.write(await createAmplification(lab.store)(at(30e6)));
  const rows = await lab.waitForRows(
    `SELECT amplification, own_exits_per_second AS own, usual_low, usual_high, usual_from, "name" FROM nestwatch_exit_amplification WHERE lab = '${RECORDED_LAB}' AND time >= ${minuteUs - 300e6}u`,
    (all) => all.filter((row) => row['usual_from'] !== null).length > 4,
  );
  const told = rows.filter((row) => row['usual_from'] !== null);
  const first = told.filter((row) => row['name'] === 'guest1' && Number(row['own']) > 2000);
  expect(first.length).toBeGreaterThan(2);
  for (const row of first) {
    expect(row).toMatchObject({ usual_from: 'observatory' });
    const [low, high, is] = ['usual_low', 'usual_high', 'amplification'].map((name) => Number(row[name]));
    // The bands are of pure kinds of work; a busy lab mixes them, and is within a tenth of them.
    expect(is).toBeGreaterThan(0.9 * Number(low));
    expect(is).toBeLessThan(1.1 * Number(high));
  }
  const quiet = told.filter((row) => Number(row['own']) < 1000);
  expect(quiet.length).toBeGreaterThan(0);
  for (const row of quiet)
    expect(row).toMatchObject({ usual_high: null, usual_from: expect.stringMatching(/^none: /) });
});
