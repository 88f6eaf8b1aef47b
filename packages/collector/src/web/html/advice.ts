import { groupBy } from '@nestwatch/common/group-by';
import { count } from '../../analysis/text.ts';
import { isUrgent, type Verdict } from '../../read/verdicts.ts';
import { modeOf } from '../overview/mode.ts';
import type { LabView, NodeView } from '../view/view.ts';
import { type Html, html } from './html.ts';
import { listedShort } from './listed.ts';
import { type IsTold, nodePath } from './machine-box.ts';

interface Told {
  readonly node: NodeView;
  readonly verdict: Verdict;
}

/** In a small lab, advice for one machine stands in its box, and only advice that several share is in the common list. */
export function isOwnAdvice(view: LabView): IsTold {
  if (modeOf(view) !== 'boxes') return () => true;
  const shared = sharedTexts(view);
  return (verdict) => !shared.has(textOf(verdict));
}

/** What is to be done in a lab: each advice once, with the machines it is for. */
export function adviceList(view: LabView): Html {
  const isSmall = modeOf(view) === 'boxes';
  const shared = sharedTexts(view);
  const told = toldIn(view).filter(({ verdict }) => !isSmall || shared.has(textOf(verdict)));
  if (told.length === 0) return html`${!isSmall && html`<p class="empty">Nothing to do.</p>`}`;
  const rules = [...groupBy(told, ({ verdict }) => verdict.rule)];
  return html`<ul class="advice said-once">${rules.map(([rule, own]) => adviceOfRule(view, rule, own))}</ul>`;
}

/** One rule: what it says of whom, each text once. */
function adviceOfRule({ lab }: LabView, rule: string, told: readonly Told[]): Html {
  const texts = [...groupBy(told, ({ verdict }) => textOf(verdict)).values()];
  const names = told.map(({ node }) => node.name);
  const [first] = told;
  const said = texts.length === 1 ? `: ${first?.verdict.summary}` : '';
  return html`<li><details id="advice-${rule}"><summary>${rule}, ${count(told.length, 'machine')} (${listedShort(names, 3)})${said}</summary>${texts.map(
    (own) =>
      html`<p>${texts.length > 1 && html`<strong>${own[0]?.verdict.summary}</strong> `}${own[0]?.verdict.advice}</p><p class="machines">${own.map(({ node }) => html`<a href="${nodePath(lab, node.node)}">${node.name}</a> `)}</p>`,
  )}</details></li>`;
}

function toldIn({ nodes }: LabView): Told[] {
  return nodes.flatMap((node) => node.verdicts.filter(isUrgent).map((verdict) => ({ node, verdict })));
}

/** Advice for two machines or more. */
function sharedTexts(view: LabView): ReadonlySet<string> {
  const texts = groupBy(toldIn(view), ({ verdict }) => textOf(verdict));
  return new Set([...texts].filter(([, told]) => told.length > 1).map(([text]) => text));
}

function textOf({ rule, summary, advice }: Verdict): string {
  return [rule, summary, advice].join('\0');
}
