import {
  AVAILABLE_CLOCKSOURCES,
  CURRENT_CLOCKSOURCE,
  readClocksource,
  readClocksources,
} from '../../host/clocksource.ts';
import { cpuFlags, readCpuInfo } from '../../host/cpuinfo.ts';
import { type Found, known, parseFound, unknown } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** What the kernel tells the time by. Its changes are events of their own, of the probe that watches the clock. */
export const clocksource = defineSource({
  name: 'clocksource',
  about: {
    current: about<string>('Clocksource in use.', CURRENT_CLOCKSOURCE, { volatile: true }),
    available: about<readonly string[]>('Clocksources the kernel could use.', AVAILABLE_CLOCKSOURCES, {
      volatile: true,
    }),
    tsc: about<'usable' | 'unstable' | 'none'>(
      'Whether the kernel accepts the time-stamp counter as a clocksource. It removes an unstable one from the list.',
      `${AVAILABLE_CLOCKSOURCES} and /proc/cpuinfo flags`,
    ),
    tsc_flags: about<readonly string[]>(
      'Properties that the CPU announces for its time-stamp counter.',
      '/proc/cpuinfo flags constant_tsc, nonstop_tsc, tsc_known_freq, tsc_reliable, tsc_scale',
    ),
  },
  async read({ host }) {
    const available = await readClocksources(host);
    const flags = cpuFlags(await readCpuInfo(host));
    return {
      current: await readClocksource(host),
      available,
      tsc: judgeTsc(available, flags),
      tsc_flags: parseFound(flags, (all) => TSC_FLAGS.filter((flag) => all.has(flag)), ''),
    };
  },
});

const TSC_FLAGS = ['constant_tsc', 'nonstop_tsc', 'tsc_known_freq', 'tsc_reliable', 'tsc_scale'];

function judgeTsc(
  available: Found<readonly string[]>,
  flags: Found<ReadonlySet<string>>,
): Found<'usable' | 'unstable' | 'none'> {
  if (flags.state === 'known' && !flags.value.has('tsc')) return known('none');
  if (available.state !== 'known') return available;
  if (available.value.includes('tsc') || available.value.includes('tsc-early')) return known('usable');
  return flags.state === 'known'
    ? known('unstable')
    : unknown('no line "flags" to tell whether there is a TSC');
}
