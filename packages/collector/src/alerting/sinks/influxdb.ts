import { AlertState, alert as measurement } from '@nestwatch/proto';
import { commonTagsOf } from '../../influx/points/common-tags.ts';
import { encodeComputed } from '../../influx/points/encode.ts';
import type { Store } from '../../influx/store.ts';
import { severityNumber } from '../../read/severity.ts';
import type { Alert } from '../alerts/alert.ts';
import { storyOf, titleOf } from './message.ts';
import type { Sink } from './sink.ts';

const STATES = { resolved: AlertState.OVER, pending: AlertState.PENDING, firing: AlertState.FIRING };

/** Keeps the history of alerts as nestwatch_alert, for dashboards, annotations and the report. */
export function createInfluxSink(store: Pick<Store, 'write'>): Sink {
  return {
    name: 'influxdb',
    leastSeverity: 'info',
    async notify(alert, nowUs) {
      // The time of the change itself, so that writing it twice is the same point.
      const timeUs = (alert.state === 'resolved' ? alert.resolvedUs : undefined) ?? nowUs;
      await store.write([alertLine(alert, alert.revision <= 1 ? (alert.firedUs ?? timeUs) : timeUs, true)]);
    },
    // Again and again, so that a query of the last minutes finds what fires.
    remind: (firing, nowUs) => store.write(firing.map((alert) => alertLine(alert, nowUs, false))),
  };
}

/** One point of nestwatch_alert. */
function alertLine(alert: Alert, timeUs: number, isChange: boolean): string {
  const { lab, node, name, layer, parent, rule, subject } = alert;
  const fields = {
    state: STATES[alert.state],
    severity: severityNumber(alert.severity),
    news: isChange ? 1 : 0,
    title: titleOf(alert),
    text: storyOf(alert),
    cause: alert.causes[0],
    value: alert.value,
    silenced: alert.silencedBy === undefined ? 0 : 1,
    flapping: alert.flapping ? 1 : 0,
    fired_us: alert.firedUs,
  };
  const tags = commonTagsOf({ lab, node: node || 'lab', name: name || lab, layer, parent });
  return encodeComputed(measurement, tags, { rule, subject }, fields, timeUs) ?? '';
}
