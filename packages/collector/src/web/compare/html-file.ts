import type { Comparison } from '../../analysis/compare/comparison.ts';
import { titleText } from '../../analysis/compare/text.ts';
import pageStyle from '../assets/page.css?raw';
import reportStyle from '../assets/report.css?raw';
import { Html, html } from '../html/html.ts';
import { comparedCharts } from './charts.ts';
import { comparedTable, environmentTable, notesList, summaryOf } from './tables.ts';

/** A comparison as one file: charts as SVG, no script, nothing loaded from anywhere. For mailing, archiving and printing. */
export function htmlComparison(comparison: Comparison, version: string): string {
  const title = titleText(comparison);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} · nestwatch</title><style>${new Html(pageStyle + reportStyle)}</style></head>
<body><h1>${title}</h1><p class="intro">Made by nestwatch ${version}.</p>
${comparisonBody(comparison)}
</body></html>
`.text;
}

/** All that a comparison says, for the file and for the page. */
export function comparisonBody(comparison: Comparison): Html {
  return html`<div class="compared">${summaryOf(comparison)}
<h2>Benchmarks and probes</h2>${comparedTable(comparison)}
<h2>What differs in the environment</h2>${environmentTable(comparison)}
${notesList(comparison)}
<h2>Charts</h2><p class="intro">Every round is an ellipse, and the median is a bar. Each machine has one row for before and one for after. Axes are logarithmic. Dashed lines are the numbered changes of the environment above.</p>
${comparedCharts(comparison)}</div>`;
}
