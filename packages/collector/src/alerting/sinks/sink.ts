import { isAtLeast, type Severity } from '../../read/severity.ts';
import type { Alert } from '../alerts/alert.ts';

/** Somebody who is notified of alerts. */
export interface Sink {
  /** Kept with the alerts of which it is still to be notified, so it must not change. */
  readonly name: string;
  /** Alerts below this are not for it. */
  readonly leastSeverity: Severity;
  /** The labs whose alerts are for it. Absent: all. */
  takesLab?(lab: string): boolean;
  /**
   * Notifies of one alert that fires, got more severe or is over. Doing so twice must do no harm: it is repeated when it is
   * unsure whether it arrived.
   * @throws when it did not arrive; PermanentError when it is this alert that it does not take
   */
  notify(alert: Alert, nowUs: number): Promise<void>;
  /** Given, once a minute, all alerts that fire and that it was notified of, for those who forget by themselves. */
  remind?(firing: readonly Alert[], nowUs: number): Promise<void>;
}

/** Whether an alert is for a sink. */
export function isFor(sink: Sink, { lab, severity }: Pick<Alert, 'lab' | 'severity'>): boolean {
  return isAtLeast(severity, sink.leastSeverity) && (sink.takesLab?.(lab) ?? true);
}
