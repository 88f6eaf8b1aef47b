import type { LabChanges } from '../../analysis/changes/changes.ts';
import { changeLines } from '../../analysis/changes/text.ts';
import { timeText } from '../../analysis/report/text.ts';
import { type Html, html } from '../html/html.ts';
import { plainTable } from '../html/layout.ts';
import { listedShort } from '../html/listed.ts';

/** What is different at the end of a report from its start; what is the same of several machines in one row. */
export function differencesTable(differences: LabChanges): Html {
  const notes = differences.notes.map((note) => html`<p class="intro">${note}</p>`);
  const rows = changeLines(differences).map(
    ({ kind, change, names, what, figure }) =>
      html`<tr><td>${kind}</td><th scope="row">${listedShort(names)}</th><td>${what}</td><td class="number">${figure}</td><td class="number">${change.atUs === undefined ? '–' : timeText(change.atUs)}</td></tr>`,
  );
  if (rows.length === 0) return html`${notes}<p class="empty">Nothing.</p>`;
  return html`${notes}${plainTable(['Different', 'Machine', 'What', 'Figure', 'When'], rows)}`;
}
