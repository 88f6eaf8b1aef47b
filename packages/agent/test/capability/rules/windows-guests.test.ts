import { expect, test } from 'vitest';
import { adviceOf, assessMachine, verdictsOf } from '../../support/machine.ts';
import { amdHost, intelHost } from '../../support/usual-machines.ts';

const windows = { vmm: 'qemu', accelerator: 'kvm', cpuModel: 'host', guest: 'win11', hyperv: 'relaxed time' };
const rule = 'windows-nests';

test('a Windows guest that may nest is told what it lacks, and how to keep it from nesting', async () => {
  const assessment = await assessMachine({ ...intelHost(), guests: [windows] });
  expect(verdictsOf(assessment)[rule]).toBe(
    'warn: slower than necessary: win11 may nest and lacks vapic, evmcs',
  );
  const advice = adviceOf(assessment, rule);
  expect(advice).toContain("<hyperv><vapic state='on'/><evmcs state='on'/></hyperv>");
  expect(advice).toContain('hv-vapic,hv-evmcs');
  expect(advice).toContain("<feature policy='disable' name='vmx'/>");
});

test('evmcs is of Intel only: on AMD other enlightenments help', async () => {
  const assessment = await assessMachine({ ...amdHost(), guests: [{ ...windows, hyperv: 'relaxed vapic' }] });
  expect(verdictsOf(assessment)[rule]).toContain('lacks emsr-bitmap, tlbflush-direct');
  expect(adviceOf(assessment, rule)).toContain(
    "<emsr_bitmap state='on'/><tlbflush state='on'><direct state='on'/></tlbflush>",
  );
  expect(adviceOf(assessment, rule)).not.toContain('evmcs');
});

test.each(['relaxed vapic evmcs', 'passthrough'])('with %s only its price is named', async (hyperv) => {
  const assessment = await assessMachine({ ...intelHost(), guests: [{ ...windows, hyperv }] });
  expect(verdictsOf(assessment)[rule]).toMatch(
    /^info: win11 may nest and has what Hyper-V requires\. .* memory is slower$/,
  );
});

test('one that may not nest passes, and guests of other systems are not asked about', async () => {
  const held = { ...windows, cpuModel: 'host,-vmx' };
  expect(verdictsOf(await assessMachine({ ...intelHost(), guests: [held] }))[rule]).toMatch(/^pass/);
  const off = await assessMachine({ ...intelHost({ nested: 'N' }), guests: [windows] });
  expect(verdictsOf(off)[rule]).toMatch(/^pass/);
  const linux = { ...windows, hyperv: '' };
  expect(verdictsOf(await assessMachine({ ...intelHost(), guests: [linux] }))[rule]).toBeUndefined();
});

test('what becomes of nested guests in a snapshot is said by the worst of the guests', async () => {
  const nests = { vmm: 'qemu', accelerator: 'kvm', cpuModel: 'host', machine: 'pc-q35-7.2' };
  const guests = [
    { ...nests, guest: 'a' },
    { ...nests, guest: 'b', vmm: 'firecracker' },
  ];
  const assessment = await assessMachine({ ...intelHost(), guests });
  expect(verdictsOf(assessment)['guest-snapshot']).toMatch(
    /^warn: no: b \(reports say that firecracker does not keep/,
  );
  expect(adviceOf(assessment, 'guest-snapshot')).toMatch(
    /^node: Before you save, snapshot or migrate them, shut down the guests/,
  );
});
