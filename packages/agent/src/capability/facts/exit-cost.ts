import { known, unknown } from '../../host/host.ts';
import { exitLatency } from '../../probes/exit-latency.ts';
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
  async read({ host, clock }) {
    const reading = await exitLatency().read({
      host,
      clock,
      signal: new AbortController().signal,
      emit: () => undefined,
    });
    if (reading.state !== 'known') {
      return reading.state === 'warming-up' ? unknown(reading.reason) : reading;
    }
    const { medianUs } = reading.value;
    return {
      median_us: typeof medianUs === 'number' ? known(Math.round(medianUs * 100) / 100) : unknown('no reads'),
    };
  },
});
