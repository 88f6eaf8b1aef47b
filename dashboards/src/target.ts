import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

/** The dashboard variable that holds the datasource. */
export const DATASOURCE = { type: 'influxdb', uid: '${datasource}' };

/** What Grafana's InfluxDB plugin stores for one raw InfluxQL query, as an SDK data query: the SDK has no module for it. */
export function target(
  spec: { refId: string; query: string; resultFormat: 'time_series' | 'table'; alias?: string },
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
