import { formatPercent } from '@nestwatch/common/quantities';
import type { ReportChange } from '../../analysis/report/report.ts';
import { changeText, timeText } from '../../analysis/report/text.ts';
import type { ChartMark } from '../charts/line-chart.ts';
import { type Html, html } from '../html/html.ts';
import { plainTable } from '../html/layout.ts';

/** "▲ 2.40 times slower": an arrow beside the word, so that neither colour nor language is needed. */
function howText(change: ReportChange): string {
  return `${change.factor > 1 ? '▲' : '▼'} ${changeText(change)}`;
}

/** The changes of one benchmark as marks of its chart, under the numbers that the table has. */
export function marksOf(
  changes: readonly ReportChange[],
  stream: string,
  layerOf: (node: string) => number | undefined,
): ChartMark[] {
  return changes.flatMap((change, index) => {
    if (change.stream !== stream) return [];
    const { timeUs: atUs, node, name, factor } = change;
    const label = `${index + 1}${factor > 1 ? '▲' : '▼'}`;
    const description = `${name} became ${changeText(change)}${comparedWith(change)}`;
    return [{ atUs, label, layer: layerOf(node), description }];
  });
}

/** Every lasting change, numbered as in the charts. */
export function changeTable(changes: readonly ReportChange[]): Html {
  if (changes.length === 0) {
    return html`<p class="empty">None: every benchmark stayed at its level, as far as its spread allows to see.</p>`;
  }
  const rows = changes.map(
    (change, index) =>
      html`<tr><td class="number">${index + 1}</td><td class="number">${timeText(change.timeUs)}</td><th scope="row">${change.name}</th><td>${change.stream}</td><td>${howText(change)}${comparedWith(change)}</td><td class="number">${formatPercent(change.chance, 1)}</td></tr>`,
  );
  return html`${plainTable(['No.', 'When', 'Machine', 'Benchmark', 'Became', 'By luck'], rows)}<p class="intro">Found by looking back over the span. The numbers match the dashed lines of the charts. By luck: the chance of such a clear change without a cause.</p>`;
}

function comparedWith({ against }: ReportChange): string {
  return against === 'parent' ? ', compared with its parent' : '';
}
