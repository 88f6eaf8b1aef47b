import type { Severity } from '../../read/severity.ts';
import type { Alert } from '../alerts/alert.ts';

/** Somebody who is told of alerts. */
export interface Sink {
  /** Kept with the alerts that it is still owed, so it must not change. */
  readonly name: string;
  /** Alerts below this are not for it. */
  readonly leastSeverity: Severity;
  /**
   * Tells of one alert that fires, got graver or is over. Telling twice must do no harm: it is repeated when it is
   * unsure whether it arrived.
   * @throws when it did not arrive
   */
  tell(alert: Alert, nowUs: number): Promise<void>;
  /** Told at every look of all alerts that fire and that it was told of, for those who forget by themselves. */
  remind?(firing: readonly Alert[], nowUs: number): Promise<void>;
}
