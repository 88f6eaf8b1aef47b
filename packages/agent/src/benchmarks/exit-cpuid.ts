import { closeSync, openSync, readSync } from 'node:fs';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { median } from '@nestwatch/common/statistics';
import { absent } from '../host/host.ts';
import { currentCpu } from '../host/process-stat.ts';
import type { Benchmark, BySize, Repetition } from './benchmark.ts';
import { NODE, repeated } from './measure.ts';

const READS: BySize<number> = { tiny: 1000, small: 10_000, full: 100_000 };
const BATCH = 200;
/**
 * No exit is as short: the fastest processors take 0.2 µs. Below it there was none, as on a hypervisor on hardware, and what
 * is left is noise around nothing. As the reference of a guest, it would make the guest's ratio jump.
 */
const LEAST_EXIT_US = 0.05;
/** Leaf 1, as the file's position: features of the processor (cpuid(4)). */
const LEAF = 1;
const RECORD_BYTES = 16;

/**
 * Cost of one CPUID exit: reads of /dev/cpu/N/cpuid, minus as many reads of /dev/zero for what the system call
 * costs, as the median over batches of 200: a difference of two times suffers twice from whatever comes between. The
 * device executes CPUID on CPU N, so the one where this process runs is chosen before each batch;
 * otherwise an interrupt to another CPU would be part of it.
 */
export const exitCpuid: Benchmark<{ reads: number }> = {
  name: 'exit.cpuid',
  meaning: 'read CPUID through /dev/cpu/N/cpuid 10000 times (full 100000), minus reads of /dev/zero, 3 times',

  async plan({ size }) {
    const device = cpuidDevice(0);
    try {
      closeSync(openSync(device, 'r'));
    } catch (error) {
      return absent(whyNot(device, error));
    }
    return { state: 'ready', settings: { reads: READS[size] } };
  },

  async *work({ reads }, context) {
    const { monoUs } = context.clock;
    yield await repeated(
      context,
      { variant: '', unit: 'exit', ...NODE, arguments: { reads, leaf: LEAF, batch: BATCH } },
      () => {
        const costsUs: number[] = [];
        for (let done = 0; done < reads; done += BATCH) {
          const exitsUs = timeReads(cpuidDevice(currentCpu()), LEAF, monoUs);
          costsUs.push(exitsUs - timeReads('/dev/zero', LEAF, monoUs));
        }
        return exitsOf(costsUs);
      },
    );
  },
};

/** All exits of one repetition, from the µs that each batch took longer than reads of /dev/zero. */
export function exitsOf(costsUs: readonly number[]): Repetition {
  const units = BATCH * costsUs.length;
  return { durationUs: Math.max(LEAST_EXIT_US, median(costsUs) / BATCH) * units, units };
}

function timeReads(path: string, position: number, monoUs: () => number): number {
  const file = openSync(path, 'r');
  try {
    const record = Buffer.alloc(RECORD_BYTES);
    const startedUs = monoUs();
    for (let at = 0; at < BATCH; at++) readSync(file, record, 0, RECORD_BYTES, position);
    return monoUs() - startedUs;
  } finally {
    closeSync(file);
  }
}

const cpuidDevice = (cpu: number) => `/dev/cpu/${cpu}/cpuid`;

function whyNot(device: string, error: unknown): string {
  const errno = errnoOf(error);
  if (errno === 'ENOENT' || errno === 'ENXIO') return `${device}: ${errno}; load it with "modprobe cpuid"`;
  if (errno === 'EACCES' || errno === 'EPERM') return `${device}: ${errno}; reading it requires root`;
  return `${device}: ${messageOf(error)}`;
}
