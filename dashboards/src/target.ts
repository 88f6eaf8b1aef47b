import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

/** The dashboard variable that holds the datasource. */
export const DATASOURCE = { type: 'influxdb', uid: '${datasource}' };

/** What Grafana's InfluxDB plugin stores for one raw InfluxQL query. The SDK has no module for it. */
interface InfluxTarget {
  readonly refId: string;
  readonly query: string;
  readonly resultFormat: 'time_series' | 'table';
  readonly alias?: string;
}

/** Makes an SDK data query of it. */
export function target(
  spec: InfluxTarget,
  extra: Readonly<Record<string, unknown>> = {},
): Builder<Dataquery> {
  // The SDK marks its query types with a method, which must not reach the JSON: JSON.stringify leaves functions out.
  const query = {
    ...spec,
    ...extra,
    datasource: DATASOURCE,
    rawQuery: true,
    _implementsDataqueryVariant() {},
  };
  return { build: () => query };
}

/** "A", "B", ...: Grafana's names for the queries of a panel. */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
