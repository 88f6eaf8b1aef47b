import { createHash } from 'node:crypto';
import type { Severity } from '../../read/severity.ts';

/** One alert as it is kept, over restarts and changes of the collector. Times are µs since 1970. */
export interface Alert {
  /** 12 hex digits: the same for the same node, rule and subject, always. */
  readonly id: string;
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  readonly parent?: string;
  readonly rule: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly summary: string;
  readonly details: readonly string[];
  /** Likely causes, the most likely first, in words and figures. */
  readonly causes: readonly string[];
  readonly value?: number;
  /** When it was first found this time. */
  readonly sinceUs: number;
  readonly firedUs?: number;
  readonly resolvedUs?: number;
  /** When it was last not found while firing; absent while it is found. */
  readonly calmSinceUs?: number;
  /** The last times it fired, to recognise flapping. */
  readonly firings: readonly number[];
  readonly flapping: boolean;
  /** Why nobody is notified; absent when they are. */
  readonly silencedBy?: string;
  /** Counts what is worth a notification: firing, more severe, resolved. With the id it names one notification. */
  readonly revision: number;
  /** Sinks that have not been notified of the newest revision. */
  readonly pendingSinks: readonly string[];
  /** Whether anybody was notified that it fires: only then is its end worth a notification. */
  readonly notified: boolean;
}

export function alertId(alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'subject'>): string {
  const { lab, node, rule, subject } = alert;
  return createHash('sha256').update([lab, node, rule, subject].join('\0')).digest('hex').slice(0, 12);
}
