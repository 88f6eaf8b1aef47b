import { type Found, valueIn } from '../../host/host.ts';

type Sources = Readonly<Record<string, Readonly<Record<string, Found<unknown>>>>>;

/** The values of facts, by source; undefined for those that are not known. */
export function valuesOf(facts: Sources): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const [key, source] of Object.entries(facts)) {
    values[key] = Object.fromEntries(Object.entries(source).map(([name, found]) => [name, valueIn(found)]));
  }
  return values;
}
