import { readCpuInfo } from '../../host/cpuinfo.ts';
import { parseFound } from '../../host/host.ts';
import { tscMhz } from '../../host/tsc.ts';
import { measureExits } from '../../probes/exit-latency.ts';
import { about, defineSource } from '../fact.ts';

const SOURCE = '/dev/cpu/0/cpuid less /dev/zero, median of up to 32 reads (module cpuid, root)';

/** What depth costs, measured: every layer multiplies it. */
export const exitCost = defineSource({
  name: 'exit_cost',
  x86Only: true,
  about: {
    median_us: about<number>(
      'Time of one CPUID instruction, which always exits to the hypervisor, µs.',
      SOURCE,
      { volatile: true },
    ),
    cycles: about<number>(
      'The same in cycles of the time-stamp counter, as figures of others are published.',
      `${SOURCE}; /proc/cpuinfo bogomips`,
      { volatile: true },
    ),
  },
  async read({ host }) {
    const median = parseFound(measureExits(host.root), ({ medianUs }) => medianUs ?? undefined, 'no reads');
    const mhz = parseFound(
      await readCpuInfo(host),
      tscMhz,
      'the rate of the time-stamp counter is not known',
    );
    return {
      median_us: parseFound(median, (us) => Math.round(us * 100) / 100, ''),
      cycles: mhz.state === 'known' ? parseFound(median, (us) => Math.round(us * mhz.value), '') : mhz,
    };
  },
});
