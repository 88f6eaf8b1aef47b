import type { Series } from '../../influx/query-answer.ts';
import type { AlertView } from './view.ts';

const SEVERITIES = ['information', 'warning', 'critical'] as const;
/** The number of nestwatch_alert's state that means firing. */
const FIRING = 2;

/** Alerts that fire, gravest first. The series hold the newest point of each; while one fires it is written anew. */
export function alertsOf(series: readonly Series[]): AlertView[] {
  return series
    .filter(({ rows }) => rows[0]?.['state'] === FIRING)
    .map(({ tags, rows }): AlertView => {
      const { severity, text, fired_us: firedUs, silenced, time } = rows[0] ?? {};
      const layer = Number.parseInt(tags['layer'] ?? '', 10);
      return {
        ...{ node: tags['node'] ?? '', name: tags['name'] ?? '', rule: tags['rule'] ?? '' },
        layer: Number.isNaN(layer) ? undefined : layer,
        subject: tags['subject'] ?? '',
        severity: SEVERITIES[Number(severity) - 1] ?? 'warning',
        text: String(text ?? ''),
        sinceUs: Number(firedUs ?? time ?? 0),
        silenced: silenced === 1,
      };
    })
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || a.sinceUs - b.sinceUs);
}
