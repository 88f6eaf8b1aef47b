import { parseDuration, refused } from '@nestwatch/common/config/setting';
import type { Silence } from './silence.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

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
  const startsUs = nowUs - sinceStartMs * 1000;
  return {
    id: `window-${window.lab}-${window.from}`,
    lab: window.lab,
    ...(window.layer === undefined ? {} : { layer: window.layer }),
    ...(window.node === undefined ? {} : { node: window.node }),
    ...{ startsUs, endsUs: startsUs + window.forMs * 1000, why: window.why, by: 'configuration' },
  };
}

// Time since the start is counted in minutes of the wall clock, so that a change to summer time moves no window.
function sinceStart({ days, from, forMs, timeZone }: MaintenanceWindow, nowMs: number): number | undefined {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    },
  }).formatToParts(nowMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const today = DAYS.indexOf(part('weekday').toLowerCase() as (typeof DAYS)[number]);
  const nowOfDay =
    (Number(part('hour')) * 60 + Number(part('minute'))) * 60_000 + Number(part('second')) * 1000;
  const [hours, minutes] = from.split(':').map(Number);
  const start = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000;
  for (let back = 0; back <= 7; back += 1) {
    const day = DAYS[(today - back + 14) % 7] ?? '';
    const since = nowOfDay - start + back * 86_400_000;
    if (days.includes(day) && since >= 0 && since < forMs) return since;
  }
  return undefined;
}

/**
 * Checks the `watch.maintenance` of a configuration file.
 * @throws UsageError that says what was given and what is allowed
 */
export function parseMaintenance(given: unknown): MaintenanceWindow[] {
  if (!Array.isArray(given)) throw refused(given, 'a list of windows');
  return given.map((entry: Record<string, unknown>) => {
    const known = ['lab', 'layer', 'node', 'days', 'from', 'for', 'time-zone', 'why'];
    const unknown = Object.keys(entry ?? {}).find((key) => !known.includes(key));
    if (unknown !== undefined) throw refused(unknown, `one of ${known.join(', ')}`);
    const { lab, layer, node, days = [...DAYS], from, why = 'maintenance' } = entry ?? {};
    const timeZone = entry?.['time-zone'] ?? 'UTC';
    const forMs = parseDuration(entry?.['for']);
    if (typeof lab !== 'string') throw refused(lab, "lab: a lab's name");
    if (typeof from !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d$/.test(from))
      throw refused(from, 'from: a time such as "02:30"');
    if (forMs === undefined || forMs > 7 * 86_400_000)
      throw refused(entry?.['for'], 'for: a time such as 2h, at most 7d');
    if (!Array.isArray(days) || days.some((day) => !DAYS.includes(day)))
      throw refused(days, `days: a list of ${DAYS.join(', ')}`);
    if (typeof timeZone !== 'string' || !isTimeZone(timeZone))
      throw refused(timeZone, 'time-zone: such as Europe/Berlin');
    if (layer !== undefined && !Number.isInteger(layer)) throw refused(layer, 'layer: a whole number');
    if (node !== undefined && typeof node !== 'string') throw refused(node, "node: a node's id");
    return {
      ...{ lab, days, from, forMs, timeZone, why: String(why) },
      ...(layer === undefined ? {} : { layer: layer as number }),
      ...(node === undefined ? {} : { node }),
    };
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
