import { parseDuration } from '@nestwatch/common/config/setting';

const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?$/;

/** Allowed forms of a moment, for messages. */
export const MOMENTS = '2026-11-20, 2026-11-20T06:00 (UTC), or 3d for three days ago';

/**
 * A date or a moment, UTC where it does not say otherwise, or how long ago ("3d"), in µs since 1970. Undefined for all else.
 */
export function parseMoment(given: string, nowUs: number): number | undefined {
  const ago = parseDuration(given);
  if (ago !== undefined) return nowUs - ago * 1000;
  const [, day, time = '00:00', zone = 'Z'] = DATE.exec(given.trim()) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms * 1000;
}
