/** One node as the lab table shows it. Undefined: not reported (yet). */
export interface LabRow {
  lab: string;
  node: string;
  name: string;
  layer: number | undefined;
  parent: string | undefined;
  /** What its place is known by, or what it stands on, and that in one sentence. */
  place: { by: string; reason: string } | undefined;
  canHost: boolean | undefined;
  /** Share of all CPUs' time in the last interval. */
  stealRatio: number | undefined;
  benchmark: { name: string; secondsPerUnit: number; unit: string; atUs: number } | undefined;
  /** When the newest capability report and sample stand, µs since 1970. */
  capabilityAtUs: number | undefined;
  sampleAtUs: number | undefined;
  lastSeenUs: number;
}

/** Rows as JSON: what was not reported is null, so that every row has every key. */
export function rowsAsJson(rows: readonly LabRow[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (value === undefined ? null : value), 2);
}
