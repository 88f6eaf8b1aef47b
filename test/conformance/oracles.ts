import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareWithCloudInit } from './cloud-init.ts';
import type { Answer } from './comparison.ts';
import { compareWithHardware } from './cpu-brands.ts';
import { compareWithDsIdentify } from './ds-identify.ts';
import { compareHostCpus, HOST_CPUS } from './libvirt/host-cpus.ts';
import { compareWithLibvirt } from './libvirt/oracle.ts';
import { compareWithLscpu, MACHINES } from './lscpu.ts';
import { compareWithNodeExporter } from './node-exporter/oracle.ts';
import { compareWithPressure } from './pressure.ts';
import { compareWithQemuModels } from './qemu-models.ts';
import { type Source, untar } from './sources.ts';
import { compareWithSystemd } from './systemd.ts';

/** Somebody else's cases with somebody else's answers. */
export interface Oracle {
  readonly name: string;
  /** What of ours is held against what of theirs, in one line. */
  readonly meaning: string;
  readonly source: Source;
  compare(folder: string): Answer[] | Promise<Answer[]>;
}

export const ORACLES: readonly Oracle[] = [
  {
    name: 'libvirt',
    meaning:
      "command lines of QEMU that libvirt's tests expect, against the guests that they were made from; CPUs and /proc/stat of hosts",
    source: {
      suite: 'trixie',
      package: 'libvirt',
      paths: ['tests/qemuxmlconfdata', 'tests/cputestdata/x86_64-cpuid-*.xml', HOST_CPUS],
    },
    compare: async (folder) => [
      ...compareWithLibvirt(folder),
      ...compareWithHardware(folder),
      ...(await compareHostCpus(folder)),
    ],
  },
  {
    name: 'qemu',
    meaning: 'names of its CPU models, which are not to be taken for hardware',
    source: { suite: 'trixie', package: 'qemu', paths: ['target/i386/cpu.c'] },
    compare: compareWithQemuModels,
  },
  {
    name: 'util-linux',
    meaning: "machines of many architectures, against lscpu's own words",
    source: {
      suite: 'trixie',
      package: 'util-linux',
      paths: ['tests/ts/lscpu/dumps/*.tar.gz', 'tests/expected/lscpu'],
      prepare: unpackDumps,
    },
    compare: compareWithLscpu,
  },
  {
    name: 'node-exporter',
    meaning: 'files of /proc and /sys, against the figures that node_exporter shows of them',
    source: { suite: 'sid', package: 'prometheus-node-exporter', paths: ['collector/fixtures'] },
    compare: compareWithNodeExporter,
  },
  {
    name: 'systemd',
    meaning:
      'CPUID signatures and words of DMI by which systemd-detect-virt names hypervisors; files of /proc/pressure',
    source: { suite: 'trixie', package: 'systemd', paths: ['src/basic/virt.c', 'src/test/test-psi-util.c'] },
    compare: async (folder) => [...(await compareWithSystemd(folder)), ...compareWithPressure(folder)],
  },
  {
    name: 'cloud-init',
    meaning: "the message that it ends its log with; the machines of its ds-identify's tests",
    source: {
      suite: 'trixie',
      package: 'cloud-init',
      paths: ['cloudinit/config/cc_final_message.py', 'tests/unittests/test_ds_identify.py'],
    },
    compare: async (folder) => [...compareWithCloudInit(folder), ...(await compareWithDsIdentify(folder))],
  },
];

async function unpackDumps(folder: string, signal: AbortSignal): Promise<void> {
  const dumps = join(folder, 'tests/ts/lscpu/dumps');
  for (const file of await readdir(dumps)) {
    const into = join(folder, MACHINES, basename(file, '.tar.gz'));
    await mkdir(into, { recursive: true });
    await untar(join(dumps, file), into, signal);
  }
}
