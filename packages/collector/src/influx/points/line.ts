/**
 * InfluxDB line protocol. Escapes as in "Line protocol reference" of InfluxDB 1.x and 2.x: comma and space in
 * measurements; comma, equals sign and space in tag keys, tag values and field keys; quote and backslash in strings.
 */
export type FieldValue = number | string;

/** One escaped `,key=value`; empty when the value is, because a tag without value is refused. */
export function tagPart(key: string, value: string): string {
  if (value === '') return '';
  // Nearly all values are plain; one look is cheaper than three replacements.
  if (!/[\n\r\\,= ]/.test(value)) return `,${key}=${value}`;
  const cleaned = value.replace(/[\n\r]/g, ' ').replace(/\\+$/, '');
  return cleaned === '' ? '' : `,${key}=${cleaned.replace(/[,= ]/g, '\\$&')}`;
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

/** A text as the value of a field. */
export function quoted(text: string): string {
  if (!/[\n\r\\"]/.test(text)) return `"${text}"`;
  return `"${text
    .replace(/[\n\r]/g, ' ')
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')}"`;
}
