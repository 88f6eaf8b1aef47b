import { defined } from '@nestwatch/common/defined';
import type { Alert } from '../alerts/alert.ts';

/**
 * An alert as it goes out over NATS and webhooks, as docs/use/alerts.md has it. Fields are only ever added; `key` is the
 * same whenever the same notification is sent again.
 * @param page address of the lab page; empty where it is not known
 */
export function messageOfAlert(alert: Alert, page: string) {
  return defined({
    version: 1,
    key: `${alert.id}/${alert.firedUs ?? 0}/${alert.revision}`,
    state: alert.state === 'resolved' ? ('resolved' as const) : ('firing' as const),
    severity: alert.severity,
    rule: alert.rule,
    lab: alert.lab,
    node: alert.node,
    name: alert.name,
    layer: alert.layer,
    parent: alert.parent,
    subject: alert.subject,
    summary: alert.summary,
    details: alert.details,
    causes: alert.causes,
    value: alert.value,
    flapping: alert.flapping,
    firedAt: alert.firedUs === undefined ? undefined : iso(alert.firedUs),
    resolvedAt: alert.resolvedUs === undefined ? undefined : iso(alert.resolvedUs),
    link: linkTo(page, alert),
  });
}

/** One line: what it is about, of which machine. */
export function titleOf({ state, severity, rule, subject, name, lab }: Alert): string {
  const what = subject === '' ? rule : `${rule} ${subject}`;
  return `${state === 'resolved' ? 'Over' : severity}: ${what} on ${name || lab}`;
}

/** The whole story in one text: details and causes after the summary. */
export function storyOf({ summary, details, causes }: Pick<Alert, 'summary' | 'details' | 'causes'>): string {
  return [summary, ...details, ...whyOf(causes)].join(' ');
}

function whyOf(causes: readonly string[]): string[] {
  if (causes.length === 0) return [];
  return [`Likely causes: ${causes.map((cause, at) => `(${at + 1}) ${cause}`).join(' ')}`];
}

/** Where the lab page shows what an alert is about; undefined where the address of the page is not known. */
export function linkTo(page: string, { lab, node }: Pick<Alert, 'lab' | 'node'>): string | undefined {
  if (page === '') return undefined;
  const machine = node === '' ? '' : `/node/${encodeURIComponent(node)}`;
  return `${page.replace(/\/+$/, '')}/lab/${encodeURIComponent(lab)}${machine}`;
}

export function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}
