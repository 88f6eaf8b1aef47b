import { UsageError } from '@nestwatch/common/errors';
import { createComparison } from '../../analysis/compare/create-comparison.ts';
import { requestOf } from '../../analysis/compare/request.ts';
import { titleText } from '../../analysis/compare/text.ts';
import type { HistoryReader } from '../../read/query.ts';
import { type Html, html } from '../html/html.ts';
import { document } from '../html/layout.ts';
import { askedIn, compareForm } from './form.ts';
import { comparisonBody } from './html-file.ts';
import { spanSliders } from './sliders.ts';

interface Wanted {
  readonly lab: string;
  readonly labs: readonly string[];
  readonly query: URLSearchParams;
  readonly nowUs: number;
}

/** The page at /lab/LAB/compare: a form, and what its address asks for. @throws as Store.query */
export async function comparePage(store: HistoryReader, { lab, labs, query, nowUs }: Wanted): Promise<Html> {
  const asked = askedIn(lab, query);
  const isAsked = [...query.values()].some((value) => value !== '');
  const found = isAsked ? await compared(store, asked, nowUs) : INTRO;
  return document({
    title: `Compare, ${lab}`,
    lab,
    labs,
    body: html`<p class="back"><a href="/lab/${encodeURIComponent(lab)}">← ${lab}</a></p><h1>Compare</h1>
${compareForm(lab, labs, asked)}
${spanSliders(lab, asked)}
${found}`,
  });
}

const INTRO = html`<p class="intro">Compare results before and after a date, under two kernels, or of two labs. The address holds the query, so you can bookmark and share it.</p>`;

async function compared(
  store: HistoryReader,
  asked: ReturnType<typeof askedIn>,
  nowUs: number,
): Promise<Html> {
  try {
    const comparison = await createComparison(store, requestOf(asked, nowUs));
    return html`<h2>${titleText(comparison)}</h2>${comparisonBody(comparison)}`;
  } catch (error) {
    // What was asked for does not make sense: the reader has to change it.
    if (!(error instanceof UsageError)) throw error;
    return html`<p class="empty" role="alert">${error.message}.</p>`;
  }
}
