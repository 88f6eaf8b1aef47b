import { defined } from '@nestwatch/common/defined';
import type { Alert } from '../alerts/alert.ts';

/**
 * An alert as it goes out over NATS and webhooks, as docs/alerts.md has it. Fields are only ever added; `key` is the
 * same whenever the same notification is sent again.
 */
export function messageOfAlert(alert: Alert) {
  return defined({
    version: 1,
    key: `${alert.id}/${alert.firedUs ?? 0}/${alert.revision}`,
    state: alert.state === 'resolved' ? 'resolved' : 'firing',
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
  });
}

/** The whole story in one text: details and causes after the summary. */
export function storyOf({ summary, details, causes }: Pick<Alert, 'summary' | 'details' | 'causes'>): string {
  const why =
    causes.length === 0
      ? []
      : [`Likely causes: ${causes.map((cause, at) => `(${at + 1}) ${cause}`).join(' ')}`];
  return [summary, ...details, ...why].join(' ');
}

export function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}
