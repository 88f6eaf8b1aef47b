/** One layer of the cascade as InfluxDB knows it. Undefined: not reported (yet). */
export interface LayerRow {
  node: string;
  name: string;
  layer: number | undefined;
  /** Name of the parent where it is known, else its node id; undefined at the root and until known. */
  parent: string | undefined;
  canHost: boolean | undefined;
  stealRatio: number | undefined;
  /** Collector seconds in one second of the layer's monotonic clock. */
  clockRate: number | undefined;
  skewSeconds: number | undefined;
  samples: number;
  /** Newest result of each benchmark, by "name" or "name variant". */
  benchmarks: Readonly<Record<string, { secondsPerUnit: number; unit: string }>>;
}
