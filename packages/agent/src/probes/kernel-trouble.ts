import { known } from '../host/host.ts';
import { createClockSettling } from './clocksource-settling.ts';
import { messageIn, type Trouble, troubleIn } from './kernel-messages.ts';
import { createKmsg } from './kmsg.ts';
import { type ProbeEvent, probe } from './probe.ts';

/** Records taken at one sample; more wait for the next. */
const MOST_RECORDS = 1000;
/** Events of one sample; the counters count the rest. */
const MOST_EVENTS = 5;
const LONGEST_TEXT = 200;

/** What the kernel complains of in its log, from /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
export function kernelTrouble() {
  const takeRecords = createKmsg();
  const takeComplaints = createComplaints();
  let history = true;
  let sinceBoot = 0;
  const meaning = 'Lockups, stalls, clocksource switches and errors in the kernel log';
  return probe('kernelTrouble', meaning, async ({ host, emit }) => {
    const taken = takeRecords(host.root, MOST_RECORDS);
    if (taken.state !== 'known') return taken;
    const { complaints, takenBack } = takeComplaints(taken.value.records);
    sinceBoot += complaints.length - takenBack;
    // What happened before the agent started is no event.
    const fresh = history ? [] : complaints;
    if (taken.value.drained) history = false;
    // clock-cost reports the clocksource itself.
    const telling = fresh.filter(({ trouble }) => trouble !== 'clocksourceSwitches');
    for (const complaint of telling.slice(0, MOST_EVENTS)) emit(eventOf(complaint));
    return known({ ...countsOf(fresh), sinceBoot, lostRecords: taken.value.lost });
  });
}

interface Complaint {
  readonly trouble: Trouble;
  readonly message: string;
}

/** The complaints in further records, and how many of those before were none after all. */
function createComplaints() {
  const settle = createClockSettling();
  return (records: readonly string[]) => {
    const complaints: Complaint[] = [];
    let takenBack = 0;
    for (const record of records) {
      const message = messageIn(record) ?? '';
      const trouble = troubleIn(message);
      for (let left = settle(message, trouble); left > 0; left -= 1) {
        const at = complaints.findLastIndex((complaint) => complaint.trouble === 'clocksourceSwitches');
        if (at >= 0) complaints.splice(at, 1);
        else takenBack += 1;
      }
      if (trouble !== undefined) complaints.push({ trouble, message });
    }
    return { complaints, takenBack };
  };
}

function countsOf(complaints: readonly Complaint[]): Partial<Record<Trouble, number>> {
  const counts: Partial<Record<Trouble, number>> = {};
  for (const { trouble } of complaints) counts[trouble] = (counts[trouble] ?? 0) + 1;
  return counts;
}

function eventOf({ trouble, message }: Complaint): ProbeEvent {
  const text = message.length > LONGEST_TEXT ? `${message.slice(0, LONGEST_TEXT)}…` : message;
  if (trouble === 'restored') return { kind: 'RESUMED', text: `restored from a snapshot: ${text}` };
  return { kind: 'KERNEL_TROUBLE', text };
}
