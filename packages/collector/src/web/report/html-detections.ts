import { acceptedText, DETECTION_COLUMNS, detectionMeaning } from '../../analysis/report/detection-text.ts';
import type { ReportDetection } from '../../analysis/report/report.ts';
import { timeText } from '../../analysis/report/text.ts';
import type { StoredAcceptance } from '../../read/acceptances.ts';
import type { KnownNode } from '../../read/nodes.ts';
import { type Html, html } from '../html/html.ts';
import { plainTable } from '../html/layout.ts';

/** What each stream could have shown, and its alerts. */
export function detectionTable(detections: readonly ReportDetection[]): Html {
  if (detections.length === 0) return html`<p class="empty">Nothing was measured.</p>`;
  const titles = DETECTION_COLUMNS.map(({ title }) => title.charAt(0).toUpperCase() + title.slice(1));
  const rows = detections.map(
    (each) => html`<tr>${DETECTION_COLUMNS.map(({ value }) => html`<td>${value(each)}</td>`)}</tr>`,
  );
  return html`${plainTable(titles, rows)}<p class="intro">${detectionMeaning(detections)}</p>`;
}

export function acceptanceTable(
  acceptances: readonly StoredAcceptance[],
  nodes: readonly Pick<KnownNode, 'node' | 'name'>[],
): Html {
  if (acceptances.length === 0) return html`<p class="empty">None.</p>`;
  const named = (node: string) => nodes.find((each) => each.node === node)?.name ?? node;
  const rows = acceptances.map(
    (each) =>
      html`<tr><td class="number">${timeText(each.atUs)}</td><th scope="row">${acceptedText(each, named)}</th><td>${each.by}</td><td>${each.why}</td><td><code>${each.id}</code></td></tr>`,
  );
  return plainTable(['When', 'What', 'By', 'Why', 'Id'], rows);
}
