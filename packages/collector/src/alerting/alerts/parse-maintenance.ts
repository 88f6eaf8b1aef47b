import { parseDuration, refused } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { type Kind, readEntry, textKind } from '../entry.ts';
import { DAYS, type MaintenanceWindow } from './maintenance.ts';

const KEYS = ['lab', 'layer', 'node', 'days', 'from', 'for', 'time-zone', 'why'];
const LONGEST_MS = 7 * 86_400_000;

/**
 * Checks the `watch.maintenance` of a configuration file.
 * @throws UsageError that says what was given and what is allowed
 */
export function parseMaintenance(given: unknown): MaintenanceWindow[] {
  if (!Array.isArray(given)) throw refused(given, 'a list of windows');
  return given.map(parseWindow);
}

function parseWindow(given: unknown): MaintenanceWindow {
  const { required, optional } = readEntry(given, KEYS);
  return defined({
    lab: required('lab', textKind, "a lab's name"),
    layer: optional('layer', layerKind, 'a whole number'),
    node: optional('node', textKind, "a node's id"),
    days: optional('days', daysKind, `a list of ${DAYS.join(', ')}`) ?? DAYS,
    from: required('from', timeOfDayKind, 'a time such as "02:30"'),
    forMs: required('for', lengthKind, 'a time such as 2h, at most 7d'),
    timeZone: optional('time-zone', timeZoneKind, 'such as Europe/Berlin') ?? 'UTC',
    why: optional('why', String, 'a text') ?? 'maintenance',
  });
}

const layerKind: Kind<number> = (given) => (Number.isInteger(given) ? (given as number) : undefined);

const daysKind: Kind<readonly string[]> = (given) =>
  Array.isArray(given) && given.every((day) => DAYS.includes(day)) ? given : undefined;

const timeOfDayKind: Kind<string> = (given) =>
  typeof given === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(given) ? given : undefined;

const lengthKind: Kind<number> = (given) => {
  const ms = parseDuration(given);
  return ms === undefined || ms > LONGEST_MS ? undefined : ms;
};

const timeZoneKind: Kind<string> = (given) => {
  if (typeof given !== 'string') return undefined;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: given });
    return given;
  } catch {
    return undefined;
  }
};
