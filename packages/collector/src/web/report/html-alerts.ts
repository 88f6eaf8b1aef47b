import { timeText } from '../../analysis/report/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import { type Html, html } from '../html/html.ts';
import { plainTable } from '../html/table.ts';

/** Alerts of the span that are over, newest first. Those that fire stand above, with their whole story. */
export function pastAlerts(alerts: readonly StoredAlert[]): Html {
  const over = alerts.filter(({ resolvedUs }) => resolvedUs !== undefined);
  if (over.length === 0) return html`<p class="empty">None.</p>`;
  const rows = over.map(
    ({ firedUs, resolvedUs, severity, name, rule, text, silenced }) =>
      html`<tr><td class="number">${timeText(firedUs)}</td><td class="number">${timeText(resolvedUs ?? firedUs)}</td><td>${severity}${silenced && ', silenced'}</td><th scope="row">${name}</th><td>${text} <code>${rule}</code></td></tr>`,
  );
  return plainTable(['From', 'To', 'Severity', 'Machine', 'What'], rows);
}
