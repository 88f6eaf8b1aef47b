import { absent, type Host, known, valueIn } from '../host/host.ts';
import { readPageSize } from '../host/page-size.ts';
import { readProcessStat, TICKS_PER_SECOND } from '../host/process-stat.ts';
import { type Counters, createDeltaMeter, fieldsOf } from './deltas.ts';
import { probe, type Value } from './probe.ts';

type Ksm = Value<'ksm'>;

const FOLDER = '/sys/kernel/mm/ksm';

/** Files that count pages (Documentation/admin-guide/mm/ksm.rst). */
const PAGES = {
  sharedBytes: 'pages_shared',
  savedBytes: 'pages_sharing',
  unsharedBytes: 'pages_unshared',
  volatileBytes: 'pages_volatile',
  zeroBytes: 'ksm_zero_pages',
} as const satisfies Partial<Record<keyof Ksm, string>>;

/** Its thread has one of the first pids: the kernel starts it. */
const MOST_PIDS = 1024;

/** Equal pages of guests made into one. Where that was never switched on there is one read, and nothing to tell. */
export function ksm() {
  const meter = createDeltaMeter();
  let pageBytes: number | undefined;
  let thread: string | undefined;
  return probe(
    'ksm',
    'Equal pages of guests that are merged (KSM), and what that costs',
    async ({ host, clock }) => {
      const number = async (file: string) => numberIn(valueIn(await host.read(`${FOLDER}/${file}`, 64)));
      const run = await host.read(`${FOLDER}/run`, 64);
      if (run.state !== 'known') return run;
      const isRunning = run.value.trim() === '1';
      const shared = isRunning ? undefined : await number('pages_shared');
      if (!isRunning && !shared) return absent('KSM is off, and has merged nothing');
      pageBytes ??= await readPageSize(host);
      thread ??= await findThread(host);
      const pages = new Map<string, number | undefined>();
      for (const file of Object.values(PAGES)) pages.set(file, await number(file));
      const deltas = meter.next(
        clock.monoUs(),
        await readCounters(host, thread, await number('pages_scanned')),
      );
      const scanned = deltas?.rate('scannedPages');
      const ticks = deltas?.rate('ticks');
      const bytes = pageBytes;
      return known({
        running: isRunning,
        ...fieldsOf(PAGES, (file) => {
          const count = pages.get(file);
          return count === undefined ? undefined : count * bytes;
        }),
        profitBytes: (await number('general_profit')) ?? null,
        scannedBytesPerSecond: scanned === undefined ? null : scanned * bytes,
        cpuRatio: ticks === undefined ? null : ticks / TICKS_PER_SECOND,
        resets: deltas?.resets() ?? 0,
      });
    },
  );
}

async function readCounters(
  host: Host,
  thread: string | undefined,
  scannedPages: number | undefined,
): Promise<Counters> {
  const stat = thread === undefined ? undefined : await readProcessStat(host, thread);
  const ticks = stat?.name === 'ksmd' ? stat.number(15) : undefined;
  return { ...(scannedPages !== undefined && { scannedPages }), ...(ticks !== undefined && { ticks }) };
}

/** The folder of ksmd below /proc; undefined where it is not to be seen, as in a container. */
async function findThread(host: Host): Promise<string | undefined> {
  const pids = (valueIn(await host.list('/proc')) ?? []).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.sort((one, two) => Number(one) - Number(two)).slice(0, MOST_PIDS)) {
    const name = valueIn(await host.read(`/proc/${pid}/comm`, 64));
    if (name?.trim() === 'ksmd') return `/proc/${pid}`;
  }
  return undefined;
}

/** Whole, and below 0 where KSM needs more than it saves. */
function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}
