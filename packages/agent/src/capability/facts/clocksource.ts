import { parseCpuInfo } from '../../host/cpuinfo.ts';
import { type Found, known, parseFound, unknown } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

const DIR = '/sys/devices/system/clocksource/clocksource0';

/** What the kernel tells the time by. Its changes are events of their own, of the probe that watches the clock. */
export const clocksource = defineSource({
  name: 'clocksource',
  about: {
    current: about<string>('Clocksource in use.', `${DIR}/current_clocksource`, { volatile: true }),
    available: about<readonly string[]>(
      'Clocksources the kernel could use.',
      `${DIR}/available_clocksource`,
      {
        volatile: true,
      },
    ),
    tsc: about<'usable' | 'unstable' | 'none'>(
      'Whether the time-stamp counter can tell the time: the kernel takes an unstable one off the list.',
      `${DIR}/available_clocksource and /proc/cpuinfo flags`,
    ),
    tsc_flags: about<readonly string[]>(
      'What the CPU promises of its time-stamp counter.',
      '/proc/cpuinfo flags constant_tsc, nonstop_tsc, tsc_known_freq, tsc_reliable, tsc_scale',
    ),
  },
  async read({ host }) {
    const current = await host.read(`${DIR}/current_clocksource`, 4096);
    const list = await host.read(`${DIR}/available_clocksource`, 4096);
    const available = parseFound(list, words, `${DIR}/available_clocksource is empty`);
    const cpuinfo = await host.read('/proc/cpuinfo');
    const flags = parseFound(cpuinfo, flagsOf, '/proc/cpuinfo has no line "flags"');
    return {
      current: parseFound(current, (text) => text.trim() || undefined, `${DIR}/current_clocksource is empty`),
      available,
      tsc: judgeTsc(available, flags),
      tsc_flags: parseFound(flags, (all) => TSC_FLAGS.filter((flag) => all.has(flag)), ''),
    };
  },
});

const TSC_FLAGS = ['constant_tsc', 'nonstop_tsc', 'tsc_known_freq', 'tsc_reliable', 'tsc_scale'];

function flagsOf(cpuinfo: string): ReadonlySet<string> | undefined {
  const { flags } = parseCpuInfo(cpuinfo);
  return flags.size > 0 ? flags : undefined;
}

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

function words(text: string): string[] | undefined {
  const found = text.split(/\s+/).filter((word) => word !== '');
  return found.length > 0 ? found : undefined;
}
