import { describe, expect, test } from 'vitest';
import { adviceOf, assessMachine, factsOf, verdictsOf } from '../../support/machine.ts';
import { intelHost, XEON_GUEST } from '../../support/usual-machines.ts';

describe('/dev/kvm', () => {
  test('that can not be opened for want of rights leads to the group', async () => {
    const assessment = await assessMachine({
      ...intelHost(),
      kvm: 'EACCES',
      files: { ...intelHost().files, 'dev/kvm': '' },
    });
    expect(factsOf(assessment)).toMatchObject({
      'kvm_device.exists': 'yes',
      'kvm_device.opens': 'no',
      'kvm_device.error': 'EACCES',
    });
    expect(verdictsOf(assessment)['can-host']).toBe(
      'fail: no: /dev/kvm does not open: EACCES, although the node exists',
    );
    expect(adviceOf(assessment, 'can-host')).toMatch(/^node: usermod -aG kvm USER/);
  });

  test('that is a node without a module behind it is not believed', async () => {
    const files = { 'proc/cpuinfo': XEON_GUEST.replace(/ hypervisor /g, ' '), 'dev/kvm': '' };
    const assessment = await assessMachine({
      files: { ...files, 'sys/module/kvm/parameters/halt_poll_ns': '0' },
      kvm: 'ENODEV',
    });
    expect(verdictsOf(assessment)['kvm-device']).toBe(
      'fail: it does not open: ENODEV, although the node exists',
    );
    expect(verdictsOf(assessment)['can-host']).toBe('fail: no: kvm_intel is not loaded, only kvm');
    expect(adviceOf(assessment, 'can-host')).toMatch(/^node: modprobe kvm_intel/);
  });

  test('that a container hides is given by whoever starts it', async () => {
    const machine = intelHost();
    const files = { ...machine.files, '.dockerenv': '', 'dev/null': '' };
    const assessment = await assessMachine({ files, kvm: 'ENOENT' });
    expect(factsOf(assessment)).toMatchObject({ 'container.kind': 'docker', 'kvm_device.exists': 'no' });
    expect(adviceOf(assessment, 'can-host')).toMatch(/^parent: .*docker run --device \/dev\/kvm/);
    expect(verdictsOf(assessment)['container']).toMatch(/^info/);
  });
});
