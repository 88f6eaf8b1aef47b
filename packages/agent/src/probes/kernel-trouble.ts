import { known } from '../host/host.ts';
import { parseRecord, type Trouble, troubleIn } from './kernel-messages.ts';
import { createKmsg } from './kmsg.ts';
import type { Probe, ProbeEvent } from './probe.ts';

/** Records taken at one sample; more wait for the next. */
const MOST_RECORDS = 1000;
/** Events of one sample; the counters count the rest. */
const MOST_EVENTS = 5;
const LONGEST_TEXT = 200;

/** What the kernel complains of in its log, from /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
export function kernelTrouble(): Probe<'kernelTrouble'> {
  const kmsg = createKmsg();
  let history = true;
  let sinceBoot = 0;
  return {
    name: 'kernel-trouble',
    field: 'kernelTrouble',
    meaning: 'Lockups, stalls, clocksource switches and errors in the kernel log',
    async read({ host, emit }) {
      const taken = kmsg.take(host.root, MOST_RECORDS);
      if (taken.state !== 'known') return taken;
      const { records, lost, drained } = taken.value;
      const counts: Partial<Record<Trouble, number>> = {};
      const events: ProbeEvent[] = [];
      for (const record of records) {
        const message = parseRecord(record)?.message;
        const trouble = message === undefined ? undefined : troubleIn(message);
        if (message === undefined || trouble === undefined) continue;
        sinceBoot += 1;
        // What happened before the agent started is no event.
        if (history) continue;
        counts[trouble] = (counts[trouble] ?? 0) + 1;
        // clock-cost tells of the clocksource itself.
        if (trouble !== 'clocksourceSwitches') events.push(eventOf(trouble, message));
      }
      for (const event of events.slice(0, MOST_EVENTS)) emit(event);
      if (drained) history = false;
      return known({ ...counts, sinceBoot, lostRecords: lost });
    },
  };
}

function eventOf(trouble: Trouble, message: string): ProbeEvent {
  const text = message.length > LONGEST_TEXT ? `${message.slice(0, LONGEST_TEXT)}…` : message;
  if (trouble === 'restored') return { kind: 'RESUMED', text: `restored from a snapshot: ${text}` };
  return { kind: 'KERNEL_TROUBLE', text };
}
