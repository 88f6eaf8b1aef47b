import type { Series } from '../query-answer.ts';
import type { FieldType } from './source.ts';

const TYPES: ReadonlySet<unknown> = new Set<FieldType>(['float', 'integer', 'unsigned', 'string', 'boolean']);

/**
 * Types of fields by measurement, of SHOW FIELD KEYS. One that has several over time, in different shards, counts by the
 * first that the server names, which is what it gives numbers of both types as.
 */
export function fieldTypesOf(series: readonly Series[]): Map<string, Map<string, FieldType>> {
  return new Map(
    series.map(({ name, rows }) => {
      const types = new Map<string, FieldType>();
      for (const { fieldKey, fieldType } of rows) {
        if (typeof fieldKey !== 'string' || !TYPES.has(fieldType) || types.has(fieldKey)) continue;
        types.set(fieldKey, fieldType as FieldType);
      }
      return [name, types];
    }),
  );
}

/** Whether a server left rows out of an answer, as its `max-row-limit` tells it to. */
export function isCut(answer: unknown): boolean {
  const { results = [] } = (answer ?? {}) as {
    results?: { partial?: boolean; series?: { partial?: boolean }[] }[];
  };
  return results.some(({ partial, series = [] }) => partial || series.some((each) => each.partial));
}
