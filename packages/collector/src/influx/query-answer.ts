import { PermanentError } from '@nestwatch/common/errors';

export type Cell = string | number | boolean | null;

/** One series of an InfluxQL answer. `rows` are by column name; `time` is in µs since 1970. */
export interface Series {
  name: string;
  tags: Readonly<Record<string, string>>;
  rows: Readonly<Record<string, Cell>>[];
}

interface Answer {
  error?: string;
  results?: {
    error?: string;
    series?: { name?: string; tags?: Record<string, string>; columns?: string[]; values?: Cell[][] }[];
  }[];
}

/**
 * The series in the JSON that /query answers with.
 * @throws PermanentError with the server's message when it refused the query.
 */
export function parseQueryAnswer(answer: unknown): Series[] {
  const parsed = (typeof answer === 'string' ? JSON.parse(answer) : answer) as Answer;
  const error = parsed.error ?? parsed.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new PermanentError(`InfluxDB refused a query: ${error}`);
  return (parsed.results ?? []).flatMap((result) =>
    (result.series ?? []).map(({ name = '', tags = {}, columns = [], values = [] }) => ({
      name,
      tags,
      rows: values.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))),
    })),
  );
}
