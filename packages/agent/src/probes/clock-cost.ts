import { readClocksource, readClocksources } from '../host/clocksource.ts';
import { known, readParsed, valueIn } from '../host/host.ts';
import { readUptime } from '../host/uptime.ts';
import { type ClockReading, createClockWatch } from './clock-watch.ts';
import { type ProbeContext, type ProbeEvent, probe } from './probe.ts';
import { type Stopwatch, stopwatch as systemStopwatch } from './stopwatch.ts';

const MOST_READS = 200;
const BUDGET_US = 500;
/**
 * A hardware clock of a guest is some dozens of port accesses, each an exit: tens of ms in guest3 of a cascade. It is
 * read at every twelfth sample, and what hardly ever changes with it.
 */
const SAMPLES_BETWEEN_RARE_READS = 12;

/**
 * Which clock the kernel uses, what a reading of it costs, and whether the clocks jumped. A guest that fell back
 * from tsc or kvm-clock to hpet or acpi_pm pays an exit for each reading of the time.
 */
export function clockCost(now: Stopwatch = systemStopwatch) {
  const watch = createClockWatch();
  let lastSource: string | undefined;
  let available = '';
  let samples = 0;
  return probe('clockCost', 'Clocksource, cost of reading it, steps, drift and pauses', async (context) => {
    const source = valueIn(await readClocksource(context.host));
    const rare = samples % SAMPLES_BETWEEN_RARE_READS === 0;
    samples += 1;
    if (rare) available = (valueIn(await readClocksources(context.host)) ?? []).join(' ');
    const { movement, events } = watch.next(await readClocks(context, rare));
    for (const event of events) context.emit(event);
    const change = clocksourceChange(lastSource, source);
    if (change !== undefined) context.emit(change);
    lastSource = source ?? lastSource;
    return known({
      clocksource: source ?? '',
      available,
      readUs: costOfReading(now),
      wallStepUs: movement?.wallStepUs ?? null,
      driftPpm: movement?.driftPpm ?? null,
      pausedSeconds: movement?.pausedSeconds ?? null,
    });
  });
}

function clocksourceChange(before: string | undefined, now: string | undefined): ProbeEvent | undefined {
  // In its first seconds the kernel goes from tsc-early to tsc.
  if (before === undefined || now === undefined || before === now || before === 'tsc-early') return undefined;
  return {
    kind: 'CLOCKSOURCE_CHANGED',
    text: `the kernel switched its clocksource from ${before} to ${now}`,
  };
}

async function readClocks(context: ProbeContext, withRtc: boolean): Promise<ClockReading> {
  const { host, clock } = context;
  const bootSeconds = valueIn(await readUptime(host));
  const rtcSeconds = withRtc
    ? valueIn(await readParsed(host, '/sys/class/rtc/rtc0/since_epoch', parseSeconds))
    : undefined;
  // The pair of readings least torn apart by a preemption of the thread.
  const pairs = [1, 2, 3].map(() => {
    const monoUs = clock.monoUs();
    const wallUs = clock.wallUs();
    return { monoUs, wallUs, tornUs: clock.monoUs() - monoUs };
  });
  const { monoUs, wallUs } = pairs.reduce((best, each) => (each.tornUs < best.tornUs ? each : best));
  return { monoUs, wallUs, bootSeconds, rtcSeconds };
}

const parseSeconds = (text: string) => (/^\d+\s*$/.test(text) ? Number(text) : undefined);

/** Mean µs of one reading, over as many as fit in the time. */
function costOfReading(now: Stopwatch): number {
  const startUs = now();
  let endUs = startUs;
  let reads = 0;
  while (reads < MOST_READS && endUs - startUs < BUDGET_US) {
    endUs = now();
    reads += 1;
  }
  return (endUs - startUs) / reads;
}
