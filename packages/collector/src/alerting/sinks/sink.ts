import type { Severity } from '../../read/severity.ts';
import type { Alert } from '../alerts/alert.ts';

/** Somebody who is notified of alerts. */
export interface Sink {
  /** Kept with the alerts of which it is still to be notified, so it must not change. */
  readonly name: string;
  /** Alerts below this are not for it. */
  readonly leastSeverity: Severity;
  /**
   * Notifies of one alert that fires, got graver or is over. Doing so twice must do no harm: it is repeated when it is
   * unsure whether it arrived.
   * @throws when it did not arrive
   */
  notify(alert: Alert, nowUs: number): Promise<void>;
  /** Given, once a minute, all alerts that fire and that it was notified of, for those who forget by themselves. */
  remind?(firing: readonly Alert[], nowUs: number): Promise<void>;
}
