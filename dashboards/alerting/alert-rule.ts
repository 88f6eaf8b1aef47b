import { files } from '../src/index.ts';

/** A rule of Grafana's own alerting over nestwatch's data, before it is put into Grafana's form. */
export interface AlertRule {
  /** Stable, at most 40 characters. */
  readonly uid: string;
  readonly title: string;
  /** What to do; may use {{ $labels.node }} and {{ $values.B }}. */
  readonly summary: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** The panel that shows it: "Lab / Alerts". */
  readonly panel: string;
  /** InfluxQL with $timeFilter, one series for each thing to alert on, whose tags become labels. */
  readonly query: string;
  /** How far back the query looks, seconds. */
  readonly spanSeconds: number;
  /** What the last value of each series must be. */
  readonly when: { readonly is: 'above' | 'below'; readonly threshold: number };
  /** How long it must hold, such as "5m"; by default it need not last. */
  readonly for?: string;
}

/** Where people read docs/, from Grafana's environment. */
const RUNBOOK = '${NESTWATCH_DOCS}/use/alerts.md#what-to-do';

/** As in the provisioned data sources. */
const DATASOURCE_UID = 'nestwatch-influxdb';

/**
 * Rules as a file that Grafana provisions (Grafana documentation, "Use configuration files to provision alerting
 * resources"): query A, its reduction B, the threshold C.
 */
export function provisioningFile(rules: readonly AlertRule[]): string {
  const group = {
    orgId: 1,
    name: 'nestwatch',
    folder: 'nestwatch',
    interval: '1m',
    rules: rules.map(provisioned),
  };
  return `${JSON.stringify({ apiVersion: 1, groups: [group] }, null, 2)}\n`;
}

/** @throws Error for a uid that Grafana does not take */
function provisioned({
  uid,
  title,
  summary,
  severity,
  panel,
  query,
  spanSeconds,
  when,
  for: lasting = '0s',
}: AlertRule) {
  if (!/^[a-zA-Z0-9_-]{1,40}$/.test(uid)) throw new Error(`${uid} cannot be a uid`);
  const relativeTimeRange = { from: spanSeconds, to: 0 };
  const expression = (refId: string, model: object) => ({
    refId,
    relativeTimeRange,
    datasourceUid: '__expr__',
    model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model },
  });
  return {
    uid,
    title,
    condition: 'C',
    for: lasting,
    data: [
      {
        refId: 'A',
        relativeTimeRange,
        datasourceUid: DATASOURCE_UID,
        model: {
          refId: 'A',
          query,
          rawQuery: true,
          resultFormat: 'time_series',
          datasource: { type: 'influxdb', uid: DATASOURCE_UID },
          intervalMs: 60_000,
          maxDataPoints: 10_000,
        },
      },
      expression('B', { type: 'reduce', expression: 'A', reducer: 'last', settings: { mode: 'dropNN' } }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: when.is === 'above' ? 'gt' : 'lt', params: [when.threshold] } }],
      }),
    ],
    // No data is normal: a lab without alerts, or without a benchmark, has none.
    noDataState: 'OK',
    execErrState: 'Error',
    // Labels expand $ (Grafana 12), so these have none; annotations expand only braces.
    labels: { severity, product: 'nestwatch' },
    annotations: { summary, runbook_url: RUNBOOK, ...placeOf(panel) },
  };
}

/** Has Grafana show a picture of the panel, and a link to it, beside the alert. @throws Error where there is none */
function placeOf(panel: string) {
  const [board, title] = panel.split(' / ');
  const found = [...files().values()]
    .map((text) => JSON.parse(text))
    .find((each) => each.title === `nestwatch / ${board}`);
  const rows = (found?.panels ?? []) as {
    title: string;
    id: number;
    panels?: { title: string; id: number }[];
  }[];
  const id = rows.flatMap((row) => [row, ...(row.panels ?? [])]).find((each) => each.title === title)?.id;
  if (id === undefined) throw new Error(`unknown panel ${panel}`);
  return { __dashboardUid__: found.uid, __panelId__: String(id) };
}
