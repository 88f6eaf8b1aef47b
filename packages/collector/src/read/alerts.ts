import { defined } from '@nestwatch/common/defined';
import { AlertState, alert as measurement } from '@nestwatch/proto';
import { flagIn, numberIn, positionIn, type Row, type Tags, textIn, timeIn } from './cells.ts';
import type { KnownNode } from './nodes.ts';
import { ask, equals, fields, type Query, type Reader, since, within } from './query.ts';
import { type Severity, severityFrom, severityNumber } from './severity.ts';

/** An alert that fired, as nestwatch_alert has it; its node is "lab" where it concerns the lab as a whole. µs since 1970. */
export interface StoredAlert extends Pick<KnownNode, 'lab' | 'node' | 'name' | 'layer'> {
  readonly rule: string;
  /** What within the node, such as a benchmark; may be empty. */
  readonly subject: string;
  readonly severity: Severity;
  /** The whole story. */
  readonly text: string;
  /** True when a silence keeps it from being sent. */
  readonly silenced: boolean;
  readonly firedUs: number;
  /** Absent while it fires. */
  readonly resolvedUs?: number;
}

/** An alert that fires. */
export interface FiringAlert extends StoredAlert {
  /** What it is, in a few words. */
  readonly title: string;
  /** The most likely cause; empty when none was found. */
  readonly cause: string;
}

/** While an alert fires it is written again every minute; a collector that is away for longer than this leaves none. */
export const FIRING_MS = 15 * 60_000;

const QUERY: Query = {
  select: fields('state', 'severity', 'text', 'fired_us', 'silenced', 'name', 'layer'),
  from: measurement.name,
  by: ['lab', 'node', 'rule', 'subject'],
};

/** Alerts that fire now, the most severe first, of them the oldest. */
export async function readFiring(store: Reader, lab?: string): Promise<FiringAlert[]> {
  const where = [within(FIRING_MS), lab === undefined ? undefined : equals('lab', lab)];
  const select = [...QUERY.select, ...fields('title', 'cause')];
  // InfluxDB shows a point whose fields are not all written yet: then the one before it holds.
  const series = await ask(store, { ...QUERY, select, where, newest: 2 });
  return series
    .flatMap(({ tags, rows }) =>
      rows
        .filter(isWritten)
        .slice(0, 1)
        .filter((row) => row['state'] === AlertState.FIRING)
        .map((row) => ({ ...alertOf(tags, row), title: textIn(row, 'title'), cause: textIn(row, 'cause') })),
    )
    .sort((a, b) => severityNumber(b.severity) - severityNumber(a.severity) || a.firedUs - b.firedUs);
}

/** Whether a point has what every alert has. */
const isWritten = (row: Row): boolean => ['state', 'severity', 'text'].every((field) => row[field] !== null);

/** Alerts of a lab that fired in a span, or still did; newest first. */
export async function readAlerts(
  store: Reader,
  lab: string,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Promise<StoredAlert[]> {
  const where = [equals('lab', lab), since(fromUs), `time <= ${Math.ceil(toUs)}u`];
  const alerts = new Map<string, StoredAlert>();
  for (const { tags, rows } of await ask(store, { ...QUERY, where })) {
    for (const row of rows) {
      const alert = alertOf(tags, row);
      const key = [alert.node, alert.rule, alert.subject, alert.firedUs].join('\0');
      // The text of the end is that of the last moment; the first one tells more.
      const text = alerts.get(key)?.text ?? alert.text;
      const resolvedUs = row['state'] === AlertState.OVER ? timeIn(row) : undefined;
      alerts.set(key, defined({ ...alert, text, resolvedUs }));
    }
  }
  return [...alerts.values()].sort((a, b) => b.firedUs - a.firedUs);
}

/** An alert that began, became more severe or ended in a span. */
export interface AlertNews {
  readonly alert: StoredAlert;
  /** When it ended; absent while it fires. */
  readonly overUs?: number;
}

/** The newest of what became of each alert of a lab in a span. @param span conditions on time @throws as Store.query */
export async function readAlertNews(
  store: Reader,
  lab: string,
  span: readonly string[],
): Promise<AlertNews[]> {
  const where = [equals('lab', lab), equals('news', 1), ...span];
  const series = await ask(store, { ...QUERY, where, newest: 1 });
  return series.flatMap(({ tags, rows: [row] }) => {
    if (row === undefined || row['state'] === AlertState.PENDING) return [];
    const overUs = row['state'] === AlertState.OVER ? timeIn(row) : undefined;
    return defined({ alert: alertOf(tags, row), overUs });
  });
}

/** When an alert fired and when that was over, without its words. */
export type Firing = Pick<StoredAlert, 'node' | 'rule' | 'subject' | 'firedUs' | 'resolvedUs'>;

/** The alerts of some rules in a lab that fired since a time, µs since 1970, or still did. @throws as Store.query */
export async function readFirings(
  store: Reader,
  lab: string,
  rules: readonly string[],
  fromUs: number,
): Promise<Firing[]> {
  const ofRules = rules.map((rule) => equals('rule', rule)).join(' OR ');
  const series = await ask(store, {
    select: fields('state', 'fired_us'),
    from: measurement.name,
    // Only what changed: an alert that goes on is written every minute.
    where: [equals('lab', lab), `(${ofRules})`, equals('news', 1), since(fromUs)],
    by: ['node', 'rule', 'subject'],
  });
  const firings = new Map<string, Firing>();
  for (const { tags, rows } of series) {
    const { node = '', rule = '', subject = '' } = tags;
    for (const row of rows) {
      const firedUs = numberIn(row, 'fired_us') ?? timeIn(row);
      const resolvedUs = row['state'] === AlertState.OVER ? timeIn(row) : undefined;
      const key = [node, rule, subject, firedUs].join('\0');
      firings.set(key, defined({ node, rule, subject, firedUs, resolvedUs }));
    }
  }
  return [...firings.values()];
}

function alertOf(tags: Tags, row: Row): StoredAlert {
  const { lab = '', node = '', rule = '', subject = '' } = tags;
  return defined({
    lab,
    node,
    name: textIn(row, 'name'),
    layer: positionIn(row).layer,
    rule,
    subject,
    severity: severityFrom(row['severity']) ?? 'warning',
    text: textIn(row, 'text'),
    silenced: flagIn(row, 'silenced') ?? false,
    firedUs: numberIn(row, 'fired_us') ?? timeIn(row),
  });
}
