import { type Html, html } from '../html/html.ts';

export interface Matrix {
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (number | undefined)[] }[];
  readonly show: (value: number) => string;
}

/** A table whose cells are shaded by their share of the greatest value, in five steps. */
export function matrixTable({ corner, columns, rows, show }: Matrix): Html {
  const high = Math.max(...rows.flatMap(({ cells }) => cells.map((cell) => cell ?? 0)), Number.MIN_VALUE);
  return html`<div class="scroll"><table class="matrix"><thead><tr><th scope="col">${corner}</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ name, cells }) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) =>
        cell === undefined
          ? html`<td class="none">not reached</td>`
          : html`<td class="heat-${Math.min(4, Math.floor((cell / high) * 5))}">${show(cell)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}
