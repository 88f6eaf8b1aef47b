import { testClock } from '@nestwatch/testkit/clock';
import { describe, expect, test } from 'vitest';
import { assess } from '../src/capability/assess.ts';
import { createGuestFinder } from '../src/guests/guest-finder.ts';
import { recordedMachine } from './support/answers.ts';
import { CASCADES, recordingOf } from './support/cascades.ts';
import { factsOf, verdictsOf } from './support/machine.ts';

const clock = testClock();

/** A layer, its hypervisor and its clocksource. */
type Seen = [number, string, string];

async function assessRecorded(name: string, layer: number) {
  const { host, architecture } = recordedMachine(name);
  const guests = await createGuestFinder(host, clock).find();
  return assess({ host, architecture, guests, position: { layer } });
}

describe.each(CASCADES)('layers of the emulated cascade $cascade', ({ cascade, kernels }) => {
  const layers = kernels.map((_, layer) => layer);
  const isWhole = kernels.length === 4;

  test.each(layers.map((layer) => (layer === 0 ? [0, 'tcg', 'tsc'] : [layer, 'kvm', 'kvm-clock']) as Seen))(
    'guest%i runs under %s, hosts and can nest',
    async (layer, hypervisor, clocksource) => {
      const assessment = await assessRecorded(recordingOf(cascade, layer), layer);
      expect(assessment.hypervisor).toEqual({ state: 'known', value: hypervisor });
      expect(factsOf(assessment)['system.kernel']).toMatch(new RegExp(`^${kernels[layer]}\\.`));
      expect(factsOf(assessment)).toMatchObject({
        'cpu.virtualization': 'svm',
        'svm.npt': 'yes',
        'kvm_modules.loaded': 'kvm kvm_amd',
        'kvm_modules.nested': 'yes',
        'kvm_device.opens': 'yes',
        'dmi.vendor': 'absent',
        'nics.drivers': 'eth0=virtio_net',
        'clocksource.current': clocksource,
      });
      expect(verdictsOf(assessment)).toMatchObject({
        'can-host': 'pass: yes: /dev/kvm opens, by kvm_amd',
        'can-nest': 'pass: yes: kvm_amd has nested on',
        'second-level-paging': 'pass: yes: npt',
      });
      expect(verdictsOf(assessment)['depth']).toMatch(layer < 3 ? /^pass/ : /^warn: layer 3/);
    },
  );

  test.runIf(isWhole)('guest3 has no guest, and may be saved', async () => {
    const assessment = await assessRecorded(recordingOf(cascade, 3), 3);
    expect(assessment.guests).toEqual({ state: 'known', value: [] });
    expect(verdictsOf(assessment)['snapshot']).toMatch(/^pass/);
  });

  test.each(layers.filter((layer) => layer < 3))(
    'guest%i has the next one running, and is not safe to snapshot',
    async (layer) => {
      const assessment = await assessRecorded(recordingOf(cascade, layer), layer);
      expect(assessment.guests).toMatchObject({
        state: 'known',
        value: [
          { guest: `guest${layer + 1}`, accelerator: 'kvm', cpuModel: 'host', vcpus: 1, machine: 'microvm' },
        ],
      });
      const [guest] = assessment.guests.state === 'known' ? assessment.guests.value : [];
      expect(guest?.nics).toEqual([
        { model: 'virtio', mac: expect.stringMatching(/^52:54:00:/), defaultMac: false },
      ]);
      expect(guest?.disks?.map((disk) => disk.cache)).toContain('unsafe');
      expect(verdictsOf(assessment)['snapshot']).toMatch(
        new RegExp(`^warn: not safe .*\\(guest${layer + 1}\\)`),
      );
    },
  );
});
