import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { harmless } from '@nestwatch/common/harmless';

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
 * The series in the JSON that /query answers with. What would do harm is taken out: what is stored may
 * be older than the check of what comes in.
 * @throws PermanentError with the server's message when it refused the query, RetryableError for what is no answer
 */
export function parseQueryAnswer(answer: unknown): Series[] {
  const parsed: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
  const { error, results } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Answer;
  const refusal = error ?? results?.find((result) => result.error !== undefined)?.error;
  if (refusal !== undefined)
    throw new PermanentError(`InfluxDB refused a query: ${harmless(String(refusal))}`);
  if (!Array.isArray(results))
    throw new RetryableError('the answer to a query is not from InfluxDB: it has no results');
  return results.flatMap((result) =>
    (result.series ?? []).map(({ name = '', tags = {}, columns = [], values = [] }) => ({
      name,
      tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, harmless(value)])),
      rows: values.map((row) => Object.fromEntries(columns.map((column, at) => [column, cell(row[at])]))),
    })),
  );
}

function cell(value: Cell | undefined): Cell {
  return typeof value === 'string' ? harmless(value) : (value ?? null);
}
