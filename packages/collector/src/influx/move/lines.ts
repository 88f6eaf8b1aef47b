import { quoted, tagPart } from '../points/line.ts';
import type { Cell, Series } from '../query-answer.ts';
import type { Moved } from './source.ts';

/** Points as lines, and how many values these hold. */
export interface MovedLines {
  readonly lines: readonly string[];
  readonly values: number;
}

/** The points of an answer as line protocol, each value of the type that it had. */
export function linesOfSeries(series: readonly Series[], { measurement, types }: Moved): MovedLines {
  let values = 0;
  const lines = series.flatMap(({ tags, rows }) => {
    const start = Object.entries(tags).reduce(
      (text, [key, value]) => text + tagPart(key, value),
      measurement,
    );
    return rows.flatMap(({ time, ...row }) => {
      const fields = Object.entries(row).flatMap(([name, value]) => {
        const text = valueText(value, types.get(name));
        return text === undefined ? [] : [`${name}=${text}`];
      });
      values += fields.length;
      return fields.length === 0 ? [] : [`${start} ${fields.join(',')} ${time}`];
    });
  });
  return { lines, values };
}

/** @returns undefined where a point has no value of a field */
function valueText(value: Cell | undefined, type: string | undefined): string | undefined {
  if (value === null || value === undefined || type === undefined) return undefined;
  if (type === 'string') return quoted(String(value));
  if (type === 'integer') return `${value}i`;
  return type === 'unsigned' ? `${value}u` : String(value);
}
