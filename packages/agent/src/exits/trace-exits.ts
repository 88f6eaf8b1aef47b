import { cpus } from 'node:os';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { type Found, failure, type Host, known, valueIn } from '../host/host.ts';
import { byProcess } from './by-process.ts';
import { explain, findTracefs, type Tracefs } from './find-tracefs.ts';
import { type Instance, openInstance } from './instance.ts';
import { parseSums, type ReasonSum, SUM_KEYS } from './parse-sums.ts';
import { parseReasonNames } from './reason-names.ts';
import { createTally, type Tally } from './tally.ts';
import type { ExitTrace } from './trace.ts';

/** Records are taken in stretches of so long, between which they are read and forgotten. */
const STRETCH_MS = 1000;
/** Room for the records of one stretch, all CPUs together: some ten thousand exits. */
const BUFFER_KB = 1024;
const LEAST_KB_A_CPU = 8;
/** Of one stretch: what is beyond is not read. */
const MOST_TEXT = 4 * 1024 * 1024;
const MOST_SUMS = 2048;
const SUM_TEXT = 1024 * 1024;

const EXIT = 'events/kvm/kvm_exit';
const NESTED = 'events/kvm/kvm_nested_vmexit';
const ENTRY = 'events/kvm/kvm_entry';

export interface TraceOptions {
  readonly host: Host;
  readonly clock: Pick<Clock, 'monoUs'>;
  readonly forMs: number;
  readonly signal: AbortSignal;
  /** Of this process. */
  readonly pid: number;
  readonly cpus?: number;
}

/**
 * Counts the exits of all guests by reason for a time, in a trace buffer of its own. Where the kernel can, it sums them up
 * by itself, and records only tell how long they take; else they are counted from records. Bounded by the buffer: what
 * finds no room is not recorded, and how much that was is told.
 */
export async function traceExits(options: TraceOptions): Promise<Found<ExitTrace>> {
  const { host, pid } = options;
  const tracefs = await findTracefs(host);
  if (tracefs.state !== 'known') return tracefs;
  const instance = await openInstance(host, tracefs.value.folder, pid);
  if (instance.state !== 'known') return explain(host, instance);
  try {
    return await traceIn(instance.value, tracefs.value, options);
  } catch (error) {
    return explain(host, failure(instance.value.folder, error));
  } finally {
    instance.value.close();
  }
}

async function traceIn(
  instance: Instance,
  tracefs: Tracefs,
  options: TraceOptions,
): Promise<Found<ExitTrace>> {
  const { host, clock } = options;
  prepare(instance, tracefs, options.cpus ?? cpus().length);
  const tally = createTally();
  const startedUs = clock.monoUs();
  const records = await takeRecords(instance, tracefs, tally, options);
  const tracedUs = clock.monoUs() - startedUs;
  const sums = tracefs.sums ? await readSums(host, instance, tracefs) : undefined;
  const names = parseReasonNames(tracefs.format);
  const processes = await byProcess(host, { tally, sums, names, missedRatio: records.missedRatio });
  return known({
    seconds: (sums === undefined ? records.recordedUs : tracedUs) / 1e6,
    method: sums === undefined ? 'records' : 'sums',
    missedRatio: records.missedRatio,
    processes,
  });
}

function prepare(instance: Instance, tracefs: Tracefs, cpuCount: number): void {
  instance.write('buffer_size_kb', String(Math.max(LEAST_KB_A_CPU, Math.floor(BUFFER_KB / cpuCount))));
  instance.write('trace_clock', 'mono');
  // A full buffer keeps what it has: records without a gap, from which times can be told.
  instance.write('options/overwrite', '0');
  if (!tracefs.sums) return;
  for (const event of tracefs.nested ? [EXIT, NESTED] : [EXIT]) {
    instance.write(`${event}/trigger`, `hist:keys=${SUM_KEYS}:size=${MOST_SUMS}`);
  }
}

/** Records stretch by stretch until the time is over or the signal is aborted. */
async function takeRecords(instance: Instance, tracefs: Tracefs, tally: Tally, options: TraceOptions) {
  const { host, clock, forMs, signal } = options;
  const events = [EXIT, ENTRY, ...(tracefs.nested && !tracefs.sums ? [NESTED] : [])];
  const record = (on: boolean) => {
    for (const event of events) instance.write(`${event}/enable`, on ? '1' : '0');
  };
  const endUs = clock.monoUs() + forMs * 1000;
  let recordedUs = 0;
  let [kept, missed] = [0, 0];
  for (let leftMs = forMs; leftMs > 0 && !signal.aborted; leftMs = (endUs - clock.monoUs()) / 1000) {
    instance.write('trace', '');
    const startedUs = clock.monoUs();
    record(true);
    await pause(Math.min(STRETCH_MS, Math.max(1, leftMs)), signal);
    record(false);
    recordedUs += clock.monoUs() - startedUs;
    const text = await host.read(`${instance.folder}/trace`, MOST_TEXT);
    if (text.state === 'known') tally.add(text.value);
    const stretch = await countRecords(host, instance.folder);
    kept += stretch.kept;
    missed += stretch.missed;
  }
  return { recordedUs, missedRatio: kept + missed === 0 ? 0 : missed / (kept + missed) };
}

/** Records of the stretch in the buffers of all CPUs, and those that found no room there. */
async function countRecords(host: Host, folder: string) {
  const found = valueIn(await host.list(`${folder}/per_cpu`)) ?? [];
  let [kept, missed] = [0, 0];
  for (const cpu of found) {
    const stats = valueIn(await host.read(`${folder}/per_cpu/${cpu}/stats`, 4096)) ?? '';
    kept += numberAfter(stats, 'entries');
    missed += numberAfter(stats, 'dropped events') + numberAfter(stats, 'overrun');
  }
  return { kept, missed };
}

function numberAfter(stats: string, name: string): number {
  return Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(stats)?.[1] ?? 0);
}

async function readSums(host: Host, instance: Instance, { nested }: Tracefs) {
  const read = async (event: string): Promise<readonly ReasonSum[]> =>
    parseSums(valueIn(await host.read(`${instance.folder}/${event}/hist`, SUM_TEXT)) ?? '').sums;
  return { own: await read(EXIT), nested: nested ? await read(NESTED) : [] };
}
