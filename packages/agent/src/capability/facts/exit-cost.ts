import { absent, known, unknown } from '../../host/host.ts';
import { exitLatency } from '../../probes/exit-latency.ts';
import { about, defineSource } from '../fact.ts';
import { isX86, unsupported } from './architecture.ts';

/** What depth costs, measured: every layer multiplies it. */
export const exitCost = defineSource({
  name: 'exit_cost',
  about: {
    median_us: about<number>(
      'Time of one CPUID instruction, which always exits to the hypervisor, µs.',
      '/dev/cpu/0/cpuid less /dev/zero, median of up to 32 reads (module cpuid, root)',
      { volatile: true },
    ),
  },
  async read({ host, clock, architecture }) {
    if (!isX86(architecture)) return absent(unsupported(architecture));
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
