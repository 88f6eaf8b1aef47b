import { formatAgo, formatPercent, formatTime, significant } from '@nestwatch/common/quantities';
import type { StoredExitReason, StoredExitTrace } from '../../read/exit-traces.ts';
import { type Html, html } from './html.ts';
import { plainTable } from './layout.ts';

/** Why the guests of a machine exit, as traced last: one table for each. */
export function exits(traces: readonly StoredExitTrace[], nowUs: number): Html {
  if (traces.length === 0) return html`<p class="empty">Not traced in the last 30 days.</p>`;
  return html`${traces.map((trace) => guestExits(trace, nowUs))}`;
}

function guestExits(trace: StoredExitTrace, nowUs: number): Html {
  const { guest, atUs, summary, nestedSummary, exitsPerSecond, missedRatio, method } = trace;
  // Where the kernel counted, only times rest on records.
  const isIncomplete = method === 'records' && missedRatio > 0;
  const missed =
    isIncomplete &&
    html`; ${formatPercent(missedRatio)} of the records were lost, because the buffer was full`;
  const nested = nestedSummary !== '' && html` Of its own guests: ${nestedSummary}.`;
  return html`<p><strong>${guest}</strong>: ${summary} (${significant(exitsPerSecond)} exits a second, ${formatAgo(atUs, nowUs)}${missed}).${nested}</p>
<details class="more" id="exits-${guest}"><summary>All reasons of ${guest}</summary>${reasonTable(trace.reasons)}</details>`;
}

/** By reason: share, exits in a second and the time until the next entry. */
function reasonTable(reasons: readonly StoredExitReason[]): Html {
  const ordered = [...reasons].sort((one, other) => Number(one.nested) - Number(other.nested));
  const rows = ordered.map(
    ({ reason, nested, shareRatio, perSecond, meanUs }) =>
      html`<tr><th scope="row">${reason}</th><td>${nested ? 'its guests' : 'all'}</td><td>${formatPercent(shareRatio, 1)}</td><td>${significant(perSecond)}</td><td>${meanUs === undefined ? '' : formatTime(meanUs / 1e6)}</td></tr>`,
  );
  return plainTable(['Reason', 'Of', 'Share', 'A second', 'Until entry'], rows);
}
