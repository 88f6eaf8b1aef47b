import type { Alert } from '../alerts/alert.ts';

/** An alert as it goes out over NATS and webhooks. Fields are only ever added. */
export interface AlertMessage {
  readonly version: 1;
  /** The same whenever the same news is told again. */
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: string;
  readonly rule: string;
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  readonly parent?: string;
  readonly subject: string;
  readonly summary: string;
  readonly details: readonly string[];
  readonly causes: readonly string[];
  readonly value?: number;
  readonly flapping: boolean;
  /** ISO 8601. */
  readonly firedAt?: string;
  readonly resolvedAt?: string;
}

export function messageOfAlert(alert: Alert): AlertMessage {
  const { rule, severity, lab, node, name, layer, parent, subject, summary, details, causes, value } = alert;
  return {
    ...{ version: 1, key: `${alert.id}/${alert.firedUs ?? 0}/${alert.news}` },
    ...{ state: alert.state === 'resolved' ? 'resolved' : 'firing', severity, rule, lab, node, name },
    ...(layer === undefined ? {} : { layer }),
    ...(parent === undefined ? {} : { parent }),
    ...{ subject, summary, details, causes },
    ...(value === undefined ? {} : { value }),
    flapping: alert.flapping,
    ...(alert.firedUs === undefined ? {} : { firedAt: iso(alert.firedUs) }),
    ...(alert.resolvedUs === undefined ? {} : { resolvedAt: iso(alert.resolvedUs) }),
  };
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
