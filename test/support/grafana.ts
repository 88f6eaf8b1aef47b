/** Grafana's macros and variables, put into a query as its InfluxDB plugin does for InfluxQL. */
export interface GrafanaScope {
  readonly fromMs: number;
  readonly toMs: number;
  /** What the panel's width and time range give, such as "60s". */
  readonly interval: string;
  /** Chosen values by variable; a custom "all" value is an array of one that is put in as it is. */
  readonly variables: Readonly<Record<string, string | { readonly all: string }>>;
}

/**
 * The query that reaches InfluxDB. In a pattern a value is escaped as a regular expression, and the value of "All" is
 * taken as it was configured.
 */
export function expandForGrafana(query: string, { fromMs, toMs, interval, variables }: GrafanaScope): string {
  const withVariables = Object.entries(variables).reduce((text, [name, value]) => {
    const put = typeof value === 'string' ? escapePattern(value) : value.all;
    return text.replace(new RegExp(`\\$\\{${name}(:regex)?\\}|\\$${name}\\b`, 'g'), () => put);
  }, query);
  const ms = /^(\d+)s$/.exec(interval)?.[1] ?? '1';
  return withVariables
    .replace(/\$\{__from\}/g, String(fromMs))
    .replace(/\$\{__to\}/g, String(toMs))
    .replaceAll('$timeFilter', `time >= ${fromMs}ms and time <= ${toMs}ms`)
    .replaceAll('$__interval_ms', String(Number(ms) * 1000))
    .replaceAll('$__interval', interval)
    .replaceAll('$interval', interval);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/-]/g, '\\$&');
}
