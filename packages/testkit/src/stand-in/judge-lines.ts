import type { Given } from './given.ts';

/** What a server finds in the lines of a request; the good ones are written, but where one cannot be parsed. */
export interface Judged {
  readonly unparsed?: string;
  readonly expired: readonly { readonly series: string; readonly atMs: number }[];
  readonly conflicts: readonly {
    readonly measurement: string;
    readonly field: string;
    readonly type: string;
    readonly stored: string;
  }[];
}

/** Series, fields and time of a line; without a time it stands where the server's clock is. */
const LINE = /^((?:\\.|[^ \\])+) ((?:"(?:\\.|[^"\\])*"|[^" ])+)(?: (\d+))?$/;
const FIELD = /([^=,]+)=("(?:\\.|[^"\\])*"|[^,]*)/g;

/** Judges lines with times in µs, and takes note of what is written and of which type it is. */
export function judgeLines(body: Buffer, given: Given): Judged {
  const lines = body.toString('utf8').split('\n').filter(Boolean);
  const parsed = lines.map((line) => LINE.exec(line));
  const at = parsed.indexOf(null);
  if (at >= 0) return { unparsed: lines[at] ?? '', expired: [], conflicts: [] };
  const expired: { series: string; atMs: number }[] = [];
  const conflicts: { measurement: string; field: string; type: string; stored: string }[] = [];
  for (const [, series = '', fields = '', time] of parsed as RegExpExecArray[]) {
    const atMs = time === undefined ? Date.now() : Number(time) / 1000;
    const conflict = atMs < Date.now() - given.keepsMs ? undefined : conflictOf(series, fields, given);
    if (atMs < Date.now() - given.keepsMs) expired.push({ series, atMs });
    else if (conflict !== undefined) conflicts.push(conflict);
    else given.points += 1;
  }
  return { expired, conflicts };
}

function conflictOf(series: string, fields: string, { types }: Given) {
  const measurement = series.split(',')[0] ?? '';
  for (const [, field = '', value = ''] of fields.matchAll(FIELD)) {
    const key = `${measurement}.${field}`;
    const [type, stored] = [typeOf(value), types.get(key)];
    if (stored !== undefined && stored !== type) return { measurement, field, type, stored };
    types.set(key, type);
  }
  return undefined;
}

function typeOf(value: string): string {
  if (value.startsWith('"')) return 'string';
  if (/^-?\d+i$/.test(value)) return 'integer';
  return /^(?:t|f)/i.test(value) ? 'boolean' : 'float';
}
