import type { Answer } from '@nestwatch/common/exchange';
import { SEVERITIES, type Severity } from '../../read/severity.ts';
import type { Alert } from '../alerts/alert.ts';
import { readAuthority } from '../authority.ts';
import type { AlertingConfig } from '../settings.ts';
import { iso, linkTo, storyOf } from './message.ts';
import { loginHeader, postJson } from './post.ts';
import type { Sink } from './sink.ts';

/** Alertmanager takes an alert for over when it does not hear of it for so long. */
const LASTS_US = 300_000_000;

/** Posts alerts to Alertmanager's v2 API, to every server of a cluster, as it asks its clients to. */
export function createAlertmanager(config: AlertingConfig): Sink {
  const headers = loginHeader({
    token: config['alertmanager.token'],
    user: config['alertmanager.username'],
    password: config['alertmanager.password'],
  });
  const page = config['page.url'];
  const post = async (alerts: readonly unknown[]) => {
    const ca = readAuthority(config['alertmanager.ca']);
    const urls = config['alertmanager.url'].map((url) => `${url.replace(/\/+$/, '')}/api/v2/alerts`);
    // One server that took it is enough: they tell each other. When none did, the first refusal says why.
    await Promise.any(urls.map((url) => postJson({ url, headers, ca }, alerts, isTaken))).catch(
      (error: AggregateError) => {
        throw error.errors[0];
      },
    );
  };
  return {
    name: 'alertmanager',
    leastSeverity: config['alertmanager.least-severity'],
    notify: (alert, nowUs) => post([...lighter(alert, nowUs, page), postable(alert, nowUs, page)]),
    remind: (firing, nowUs) => post(firing.map((alert) => postable(alert, nowUs, page))),
  };
}

/** Alertmanager has nothing to say to alerts that it took; a proxy's login page does. */
const isTaken = ({ status, body }: Answer) =>
  status === 200 && !body.toString('utf8').trimStart().startsWith('<');

/** An alert as POST /api/v2/alerts takes it. Its labels are its identity there. */
function postable(alert: Alert, nowUs: number, page: string, severity: Severity = alert.severity) {
  const { rule, lab, node, name, layer, parent, subject, summary } = alert;
  const [cause = ''] = alert.causes;
  return {
    labels: withoutEmpty({
      alertname: `nestwatch-${rule}`,
      severity,
      lab,
      node,
      name,
      subject,
      layer: String(layer ?? ''),
      parent: parent ?? '',
    }),
    annotations: withoutEmpty({ summary, description: storyOf(alert), cause }),
    startsAt: iso(alert.firedUs ?? alert.sinceUs),
    endsAt: iso(alert.state === 'resolved' ? (alert.resolvedUs ?? nowUs) : nowUs + LASTS_US),
    // Where it comes from: its people open it from there.
    ...withoutEmpty({ generatorURL: linkTo(page, alert) ?? '' }),
  };
}

/** An alert that got more severe is another one to Alertmanager: the lighter one ends. */
function lighter(alert: Alert, nowUs: number, page: string) {
  if (alert.state !== 'firing' || alert.revision < 2) return [];
  const below = SEVERITIES.slice(0, SEVERITIES.indexOf(alert.severity));
  return below.map((severity) => ({ ...postable(alert, nowUs, page, severity), endsAt: iso(nowUs) }));
}

function withoutEmpty(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
