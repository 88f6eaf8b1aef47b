import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containerOfCgroup } from '../src/capability/facts/container-traces.ts';
import { countCpuList, givenModel } from '../src/capability/facts/cpu.ts';
import { busFromPath } from '../src/capability/facts/devices.ts';
import { parsePrettyName } from '../src/capability/facts/system.ts';
import { signatureFrom } from '../src/capability/facts/underneath.ts';
import { parseHostValidate } from '../src/commands/check/virt-host-validate.ts';
import { parseCloudHypervisor } from '../src/guests/cloud-hypervisor.ts';
import { parseFirecrackerConfig } from '../src/guests/firecracker.ts';
import { parseCpuInfo } from '../src/host/cpuinfo.ts';
import { parseMeminfo } from '../src/host/meminfo.ts';
import { parseModprobe } from '../src/host/modprobe/lines.ts';
import { parseProcessStat } from '../src/host/process-stat.ts';
import { assessMachine, factsOf } from './support/machine.ts';

/** Text that looks somewhat like what the parsers expect, so that more than their first line is tried. */
const text = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        ':',
        '=',
        ',',
        '\n',
        '\t',
        ' ',
        'flags',
        'processor',
        'options',
        'kvm',
        '0-3',
        'kB',
        '{',
        '}',
        '"',
        '\0',
      ),
    )
    .map((parts) => parts.join('')),
  fc.json(),
);

test.each<[string, (given: string) => unknown]>([
  ['cpuinfo', parseCpuInfo],
  ['meminfo', parseMeminfo],
  ['CPU list', countCpuList],
  ['modprobe.d', parseModprobe],
  ['os-release', parsePrettyName],
  ['cgroup', containerOfCgroup],
  ['model name', givenModel],
  ['block device', (given) => busFromPath(given, given)],
  ['signature', (given) => signatureFrom(Buffer.from(given))],
  ['virt-host-validate', parseHostValidate],
  ['process stat', (given) => parseProcessStat(given)?.number(22)],
  ['Firecracker configuration', parseFirecrackerConfig],
  ['Cloud Hypervisor', (given) => parseCloudHypervisor(given.split('\0'))],
])('any text as %s gives a result', (_, parse) => {
  fc.assert(fc.property(text, (given) => void parse(given)));
});

test('a machine whose every file is nonsense gives facts, and never an exception', async () => {
  const paths = [
    ...['proc/cpuinfo', 'proc/meminfo', 'proc/cmdline', 'proc/stat', 'proc/self/status', 'proc/1/environ'],
    ...['sys/devices/system/cpu/online', 'etc/os-release', 'etc/modprobe.d/x.conf', 'sys/hypervisor/type'],
    ...['sys/module/kvm_intel/parameters/nested', 'sys/kernel/mm/transparent_hugepage/enabled'],
    'sys/devices/system/clocksource/clocksource0/available_clocksource',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: paths.length, maxLength: paths.length }), async (texts) => {
      const files = Object.fromEntries(paths.map((path, at) => [path, texts[at] ?? '']));
      expect(Object.keys(factsOf(await assessMachine({ files }))).length).toBeGreaterThan(50);
    }),
    { numRuns: 25 },
  );
});
