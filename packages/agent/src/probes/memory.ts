import { readChoice } from '../host/choice.ts';
import { known, parseFound, readParsed, valueIn } from '../host/host.ts';
import { type Meminfo, readMeminfo } from '../host/meminfo.ts';
import { readPageSize } from '../host/page-size.ts';
import { type Counters, createDeltaMeter, fieldsOf, ratesOf } from './deltas.ts';
import { probe, type Value } from './probe.ts';

type Memory = Value<'memory'>;

/** Lines of /proc/meminfo that are shown: sizes, and counts of huge pages. */
const STATES = {
  totalBytes: 'MemTotal',
  freeBytes: 'MemFree',
  availableBytes: 'MemAvailable',
  cachedBytes: 'Cached',
  swapTotalBytes: 'SwapTotal',
  swapFreeBytes: 'SwapFree',
  anonHugePagesBytes: 'AnonHugePages',
  dirtyBytes: 'Dirty',
  pageTablesBytes: 'PageTables',
  secondaryPageTablesBytes: 'SecPageTables',
  balloonBytes: 'Balloon',
  hugePagesTotal: 'HugePages_Total',
  hugePagesFree: 'HugePages_Free',
} as const satisfies Partial<Record<keyof Memory, string>>;

/** Lines of /proc/vmstat that count pages (mm/vmstat.c); swap is counted in pages too. */
const PAGES = {
  balloonInflatedBytesPerSecond: 'balloon_inflate',
  balloonDeflatedBytesPerSecond: 'balloon_deflate',
  swappedInBytesPerSecond: 'pswpin',
  swappedOutBytesPerSecond: 'pswpout',
} as const satisfies Partial<Record<keyof Memory, string>>;

/** Lines of /proc/vmstat that count what happened. */
const HAPPENINGS = {
  faultsPerSecond: 'pgfault',
  majorFaultsPerSecond: 'pgmajfault',
  hugeFaultsPerSecond: 'thp_fault_alloc',
  hugeFaultFallbacksPerSecond: 'thp_fault_fallback',
  hugeCollapsesPerSecond: 'thp_collapse_alloc',
  hugeSplitsPerSecond: 'thp_split_page',
  compactionStallsPerSecond: 'compact_stall',
  allocationStallsPerSecond: 'allocstall',
  oomKillsPerSecond: 'oom_kill',
} as const satisfies Partial<Record<keyof Memory, string>>;

/** Counted for each zone. */
const SUMMED = 'allocstall';
const COUNTERS = [...Object.values(PAGES), ...Object.values(HAPPENINGS)];

/**
 * Memory from /proc/meminfo (proc(5)), and movements from /proc/vmstat
 * (Documentation/admin-guide/mm/transhuge.rst for those of huge pages).
 */
export function memory() {
  const meter = createDeltaMeter();
  let pageBytes: number | undefined;
  return probe('memory', 'Memory, balloon, swap, faults and huge pages', async ({ host, clock }) => {
    const states = parseFound(await readMeminfo(host), statesIn, '/proc/meminfo: no MemTotal');
    if (states.state !== 'known') return states;
    const counters = valueIn(await readParsed(host, '/proc/vmstat', parseVmstat));
    const policy = await readChoice(host, '/sys/kernel/mm/transparent_hugepage/enabled');
    pageBytes ??= await readPageSize(host);
    // The first reading has states without movements.
    const deltas = counters && meter.next(clock.monoUs(), counters);
    return known({
      ...balloonIn(counters, pageBytes),
      ...states.value,
      ...(deltas && {
        ...ratesOf(deltas, PAGES, pageBytes),
        ...ratesOf(deltas, HAPPENINGS),
        resets: deltas.resets(),
      }),
      transparentHugePages: valueIn(policy) ?? '',
    });
  });
}

/** Before Linux 6.16 the size of the balloon is what went into it since boot less what came back. */
function balloonIn(counters: Counters | undefined, pageBytes: number): Pick<Memory, 'balloonBytes'> {
  const { balloon_inflate: inflated, balloon_deflate: deflated } = counters ?? {};
  if (inflated === undefined || deflated === undefined) return {};
  return { balloonBytes: Math.max(0, inflated - deflated) * pageBytes };
}

/** Lines that this kernel does not have are missing. Undefined without MemTotal. */
export function statesIn(meminfo: Meminfo): Memory | undefined {
  const states = fieldsOf(STATES, (name) => meminfo.get(name));
  return states.totalBytes === undefined ? undefined : states;
}

/**
 * The counters of the fields above, by the kernel's names; allocstall is the sum over the zones. Undefined when no line
 * has the shape. Of some two hundred lines these are found by their names, for taking all of them apart costs more than
 * all the rest of this probe.
 */
export function parseVmstat(text: string): Counters | undefined {
  const lines = `\n${text}`;
  const counters: Record<string, number> = {};
  for (const name of COUNTERS) {
    for (let at = lines.indexOf(`\n${name}`); at >= 0; at = lines.indexOf(`\n${name}`, at + 1)) {
      const value = /^\w* (\d+)$/.exec(lines.slice(at + 1 + name.length, endOfLine(lines, at + 1)))?.[1];
      if (value === undefined || (name !== SUMMED && lines[at + 1 + name.length] !== ' ')) continue;
      counters[name] = (name === SUMMED ? (counters[name] ?? 0) : 0) + Number(value);
    }
  }
  return Object.keys(counters).length === 0 ? undefined : counters;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
