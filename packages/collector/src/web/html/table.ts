import { type Html, html } from './html.ts';

/** A table that scrolls by itself where the page is narrower. */
export function plainTable(titles: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll"><table class="plain"><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
