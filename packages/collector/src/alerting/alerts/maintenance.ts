import { defined } from '@nestwatch/common/defined';
import type { Silence } from './silence.ts';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A silence that comes back every week. */
export interface MaintenanceWindow {
  readonly lab: string;
  readonly layer?: number;
  readonly node?: string;
  readonly days: readonly string[];
  /** "HH:MM" in the time zone. */
  readonly from: string;
  readonly forMs: number;
  readonly timeZone: string;
  readonly why: string;
}

/** The window as a silence, when it is open at this moment. */
export function openWindow(window: MaintenanceWindow, nowUs: number): Silence | undefined {
  const sinceStartMs = sinceStart(window, nowUs / 1000);
  if (sinceStartMs === undefined) return undefined;
  const { lab, layer, node, from, forMs, why } = window;
  const startsUs = nowUs - sinceStartMs * 1000;
  const endsUs = startsUs + forMs * 1000;
  return defined({
    id: `window-${lab}-${from}`,
    lab,
    layer,
    node,
    startsUs,
    endsUs,
    why,
    by: 'configuration',
  });
}

// Time since the start is counted in minutes of the wall clock, so that a change to summer time moves no window.
function sinceStart({ days, from, forMs, timeZone }: MaintenanceWindow, nowMs: number): number | undefined {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(nowMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const today = DAYS.indexOf(part('weekday').toLowerCase() as (typeof DAYS)[number]);
  const nowOfDay =
    (Number(part('hour')) * 60 + Number(part('minute'))) * 60_000 + Number(part('second')) * 1000;
  const [hours = 0, minutes = 0] = from.split(':').map(Number);
  const start = (hours * 60 + minutes) * 60_000;
  for (let back = 0; back <= 7; back += 1) {
    const day = DAYS[(today - back + 14) % 7] ?? '';
    const since = nowOfDay - start + back * 86_400_000;
    if (days.includes(day) && since >= 0 && since < forMs) return since;
  }
  return undefined;
}
