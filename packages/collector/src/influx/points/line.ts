import { harmlessUpTo } from '@nestwatch/common/harmless';

/**
 * InfluxDB line protocol. Escapes as in "Line protocol reference" of InfluxDB 1.x and 2.x: comma and space in
 * measurements; comma, equals sign and space in tag keys, tag values and field keys; quote and backslash in strings.
 */
export type FieldValue = number | string;

/** InfluxDB takes 64 KiB for one text, which is what this many characters need at most. */
const LONGEST_TEXT = 16_384;
/** ASCII without space, quote, comma, equals sign and backslash. */
const PLAIN_TAG = /^[!#-+\--<>-[\]-~]*$/;
/** Most characters of a tag's value. */
export const LONGEST_TAG = 512;

/**
 * One escaped `,key=value`; empty when the value is, because a tag without value is refused.
 *
 * Line protocol cannot say a backslash before what is escaped: InfluxDB takes two backslashes for a pair that belongs
 * together, believes that the tags end behind it, and may take the lines that follow for one text. So backslashes go
 * that stand before a comma, an equals sign, a quote, a space or another backslash, or at the end. What is too long is cut.
 */
export function tagPart(key: string, value: string): string {
  if (value === '') return '';
  // Nearly all values are plain; one look is cheaper than what follows.
  if (value.length <= LONGEST_TAG && PLAIN_TAG.test(value)) return `,${key}=${value}`;
  const sound = harmlessUpTo(value, LONGEST_TAG).replace(/\\+(?=[,=" ]|$)|\\+(?=\\)/g, '');
  return sound === '' ? '' : `,${key}=${sound.replace(/[,= ]/g, '\\$&')}`;
}

/** One line, or undefined when no field has a value that can be stored. Times are µs since 1970. */
export function line(
  measurementAndTags: string,
  fields: Iterable<readonly [string, FieldValue]>,
  timeUs: number,
): string | undefined {
  let body = '';
  for (const [key, value] of fields) {
    const shown = fieldText(value);
    if (shown !== undefined) body += `${body === '' ? ' ' : ','}${key}=${shown}`;
  }
  return body === '' ? undefined : `${measurementAndTags}${body} ${timeUs}`;
}

/** A stored value's text; undefined for NaN and the infinities, which InfluxDB cannot store. */
export function fieldText(value: FieldValue): string | undefined {
  if (typeof value === 'string') return quoted(value);
  return Number.isFinite(value) ? String(value) : undefined;
}

/** A text as the value of a field. What is longer than InfluxDB takes is cut. */
export function quoted(given: string): string {
  const text = given.length > LONGEST_TEXT ? `${given.slice(0, LONGEST_TEXT - 1)}…` : given;
  if (!/[\n\r\\"]/.test(text)) return `"${text}"`;
  return `"${text
    .replace(/[\n\r]/g, ' ')
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')}"`;
}
