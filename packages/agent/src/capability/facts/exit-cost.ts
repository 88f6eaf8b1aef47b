import { parseFound } from '../../host/host.ts';
import { measureExits } from '../../probes/exit-latency.ts';
import { about, defineSource } from '../fact.ts';

/** What depth costs, measured: every layer multiplies it. */
export const exitCost = defineSource({
  name: 'exit_cost',
  x86Only: true,
  about: {
    median_us: about<number>(
      'Time of one CPUID instruction, which always exits to the hypervisor, µs.',
      '/dev/cpu/0/cpuid less /dev/zero, median of up to 32 reads (module cpuid, root)',
      { volatile: true },
    ),
  },
  async read({ host }) {
    const median = parseFound(measureExits(host.root), ({ medianUs }) => medianUs ?? undefined, 'no reads');
    return { median_us: parseFound(median, (us) => Math.round(us * 100) / 100, '') };
  },
});
