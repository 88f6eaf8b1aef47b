import { createHash } from 'node:crypto';
import type { Severity } from '../../read/severity.ts';

export type AlertState = 'pending' | 'firing' | 'resolved';

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
  readonly state: AlertState;
  readonly summary: string;
  readonly details: readonly string[];
  /** Likely causes, the likeliest first, in words and figures. */
  readonly causes: readonly string[];
  readonly value?: number;
  /** When it was first found this time. */
  readonly sinceUs: number;
  readonly firedUs?: number;
  readonly resolvedUs?: number;
  /** When it was last not found while firing; absent while it is found. */
  readonly calmSinceUs?: number;
  /** The last times it fired, for telling flapping. */
  readonly firings: readonly number[];
  readonly flapping: boolean;
  /** Why nobody is told; absent when they are. */
  readonly silencedBy?: string;
  /** Counts what is worth telling: firing, graver, resolved. Names one notification together with the id. */
  readonly news: number;
  /** Sinks that have not been told of the newest news. */
  readonly owed: readonly string[];
  /** Whether anybody was told that it fires: only then is there an end to tell of. */
  readonly told: boolean;
}

export function alertId(lab: string, node: string, rule: string, subject: string): string {
  return createHash('sha256').update([lab, node, rule, subject].join('\0')).digest('hex').slice(0, 12);
}
